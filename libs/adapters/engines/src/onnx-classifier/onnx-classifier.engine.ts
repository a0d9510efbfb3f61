import { readFile } from 'node:fs/promises';
import { IntermodalError } from '@intermodal/contracts';
import { ImageClassifier, defineEngine, type Model, type ModelStore } from '@intermodal/models';
import { OnnxModel } from '../onnx/onnx-model.ts';
import { OnnxClassifier, warmUpOf } from './onnx-classifier.ts';

const LABELS = 'labels.txt';
const NETWORK = 'model.onnx';

/** Any ONNX network for `image.classify`, as its description in the catalogue says: the first that is here. */
export default defineEngine(ImageClassifier, {
  name: 'onnx-classifier',
  probe: async ({ models }) => {
    const described = describedIn(models);
    for (const model of described) if (await models.find(model)) return { available: true };
    const reason =
      described.length > 0
        ? `no model for image.classify is here: intermodal models pull ${described.map(({ id }) => id).join(' ')}.`
        : 'no model for image.classify is in the catalogue: describe one of your own (docs/models.md).';
    return { available: false, reason };
  },
  open: async ({ models, hosts }) => {
    for (const model of describedIn(models)) {
      const files = await models.find(model);
      if (!files) continue;
      const [network, labelsFile] = [fileOf(model, files, NETWORK), fileOf(model, files, LABELS)];
      const text = await readFile(labelsFile, 'utf8');
      const labels = text.split(/\r?\n/).filter((line, i, all) => line !== '' || i < all.length - 1);
      const sees = model.picture!;
      const warmUp = { kind: 'run', request: warmUpOf(sees) } as const;
      const opened = await OnnxModel.open(hosts, {
        ...{ name: model.id, path: network, warmUp, memoryBytes: model.memoryBytes },
      });
      return {
        use: new OnnxClassifier({ model: model.id, network: opened, sees, labels }),
        model: model.id,
        device: opened.device,
        close: () => opened.close(),
      };
    }
    throw new Error('The model for image.classify went away between probe and open.');
  },
});

/** An operator's own first: whoever describes one means it. */
const describedIn = ({ catalogue }: ModelStore): Model[] =>
  catalogue
    .filter(({ engine, tasks, picture }) => engine === 'onnx' && tasks.includes('image.classify') && picture)
    .reverse();

function fileOf(model: Model, files: Readonly<Record<string, string>>, name: string): string {
  const path = files[name];
  if (path !== undefined) return path;
  throw new IntermodalError(
    'model.invalid',
    `The model ${model.id} has no file ${name}: a model for image.classify is ${NETWORK} and ${LABELS}, a label a line.`,
  );
}
