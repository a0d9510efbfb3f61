import { access, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { ObjectDetector, defineEngine } from '@intermodal/models';
import { OnnxModel } from '../onnx/onnx-model.ts';
import { StarterDetector, WARM_UP } from './starter-detector.ts';

const NAME = 'starter-detector';
// The same way up from src and from dist.
const fileOf = (name: string): string =>
  fileURLToPath(new URL(`../../models/${NAME}/${name}`, import.meta.url));

/**
 * Our own small network for drawn things, trained by tools/starter-detector and shipped with this package: it is there on a
 * machine that can download nothing.
 */
export default defineEngine(ObjectDetector, {
  name: NAME,
  probe: async () => {
    try {
      await access(fileOf('model.onnx'));
      return { available: true };
    } catch {
      return {
        available: false,
        reason: 'the network of starter-detector is missing: check out models/ again.',
      };
    }
  },
  open: async ({ hosts }) => {
    const card = JSON.parse(await readFile(fileOf('card.json'), 'utf8')) as { labels: string[] };
    const path = fileOf('model.onnx');
    // Far less than a millisecond a crop.
    const model = await OnnxModel.open(hosts, { name: NAME, path, warmUp: WARM_UP, device: 'cpu' });
    return {
      use: new StarterDetector(model, card.labels),
      model: NAME,
      device: model.device,
      close: () => model.close(),
    };
  },
});
