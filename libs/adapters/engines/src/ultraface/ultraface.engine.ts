import { FaceFinder, defineEngine, ultrafaceRfb320 } from '@intermodal/models';
import { OnnxModel } from '../onnx/onnx-model.ts';
import { UltrafaceFinder, WARM_UP } from './ultraface-finder.ts';

/** UltraFace in a process of its own. There when the model store holds it. */
export default defineEngine(FaceFinder, {
  name: 'ultraface',
  probe: async ({ models }) =>
    (await models.find(ultrafaceRfb320))
      ? { available: true }
      : {
          available: false,
          reason: 'the model ultraface-rfb-320 is not here: intermodal models pull ultraface-rfb-320.',
        },
  open: async ({ models, hosts }) => {
    const files = await models.find(ultrafaceRfb320);
    if (!files) throw new Error('The model ultraface-rfb-320 went away between probe and open.');
    const path = files['model.onnx']!;
    const model = await OnnxModel.open(hosts, {
      ...{ name: ultrafaceRfb320.id, path, warmUp: WARM_UP, memoryBytes: ultrafaceRfb320.memoryBytes },
    });
    return {
      use: new UltrafaceFinder(model),
      model: ultrafaceRfb320.id,
      device: model.device,
      close: () => model.close(),
    };
  },
});
