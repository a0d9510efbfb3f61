import { FaceFinder, defineEngine, ultrafaceRfb320 } from '@intermodal/models';
import { ModelHost } from '../onnx/model-host.ts';
import { UltrafaceFinder } from './ultraface-finder.ts';

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
  open: async ({ models, threads }) => {
    const files = await models.find(ultrafaceRfb320);
    if (!files) throw new Error('The model ultraface-rfb-320 went away between probe and open.');
    const host = new ModelHost({ name: ultrafaceRfb320.id, modelPath: files['model.onnx']!, threads });
    return {
      use: new UltrafaceFinder(host),
      model: ultrafaceRfb320.id,
      device: 'cpu',
      close: () => host.close(),
    };
  },
});
