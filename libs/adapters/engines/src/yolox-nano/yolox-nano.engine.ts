import { readFile } from 'node:fs/promises';
import { ObjectDetector, defineEngine, yoloxNanoCoco } from '@intermodal/models';
import { OnnxModel } from '../onnx/onnx-model.ts';
import { WARM_UP, YoloxDetector, readLabels } from './yolox-detector.ts';

/** YOLOX-Nano in a process of its own: 80 kinds of things in photographs. There when the model store holds it. */
export default defineEngine(ObjectDetector, {
  name: 'yolox-nano',
  probe: async ({ models }) =>
    (await models.find(yoloxNanoCoco))
      ? { available: true }
      : {
          available: false,
          reason: 'the model yolox-nano-coco is not here: intermodal models pull yolox-nano-coco.',
        },
  open: async ({ models, hosts }) => {
    const files = await models.find(yoloxNanoCoco);
    if (!files) throw new Error('The model yolox-nano-coco went away between probe and open.');
    const labels = readLabels(await readFile(files['labels.txt']!, 'utf8'));
    const path = files['model.onnx']!;
    const model = await OnnxModel.open(hosts, {
      ...{ name: yoloxNanoCoco.id, path, warmUp: WARM_UP, memoryBytes: yoloxNanoCoco.memoryBytes },
    });
    return {
      use: new YoloxDetector(model, labels),
      model: yoloxNanoCoco.id,
      device: model.device,
      close: () => model.close(),
    };
  },
});
