import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModelEntry, NetworkPicture } from '@intermodal/contracts';
import type { ImageClassifier, OpenedEngine, Pixels } from '@intermodal/models';
import { decodePicture, makeOnnx, makePixels, sharedFolder } from '@intermodal/testing';
import { imageClassifierContract, testContext } from '@intermodal/testing/engine-contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FolderModelStore } from '../model-store/folder-model-store.ts';
import { readCatalogue } from '../model-store/read-catalogue.ts';
import onnxClassifier from './onnx-classifier.engine.ts';

const shared = sharedFolder();
const { signal } = new AbortController();
let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'intermodal-classifier-'))));
afterAll(() => rm(folder, { recursive: true }));

const SEES = { width: 2, height: 1, layout: 'NHWC', mean: [0, 0, 0], scale: [255, 255, 255] } as const;

/** Logits: how red a picture is and how blue, by hand-made weights over two pixels. */
const redOrBlue = (weights = [8, 0, 0, 0, 0, 8, 8, 0, 0, 0, 0, 8]): Uint8Array =>
  makeOnnx({
    inputs: { input: ['batch', 1, 2, 3] },
    outputs: { logits: ['batch', 2] },
    nodes: [
      { operator: 'Flatten', inputs: ['input'], outputs: ['flat'], attributes: { axis: 1 } },
      { operator: 'MatMul', inputs: ['flat', 'weights'], outputs: ['logits'] },
    ],
    weights: { weights: { dims: [6, 2], data: Float32Array.from(weights) } },
  });

/** A model of one's own, described in a catalogue of one's own, pulled from a folder. */
async function described(
  id: string,
  files: Record<string, string | Uint8Array>,
  picture: Partial<NetworkPicture> = {},
): Promise<FolderModelStore> {
  const [source, catalogue] = [join(folder, id, 'source'), join(folder, id, 'catalogue')];
  for (const one of [source, catalogue]) await mkdir(one, { recursive: true });
  for (const [name, content] of Object.entries(files)) await writeFile(join(source, name), content);
  const entry: ModelEntry = {
    ...{ id, summary: 'Tells red from blue.', engine: 'onnx', architecture: 'by hand', licence: 'own' },
    tasks: ['image.classify'],
    source: { kind: 'folder', folder: source },
    files: Object.keys(files).map((file) => ({ file })),
    picture: { ...SEES, mean: [...SEES.mean], scale: [...SEES.scale], ...picture },
  };
  await writeFile(join(catalogue, `${id}.model.json`), JSON.stringify(entry));
  const models = new FolderModelStore({
    folder: join(folder, id, 'models'),
    catalogue: await readCatalogue(catalogue),
  });
  await models.pull(
    models.catalogue.filter((model) => model.id === id),
    { signal },
  );
  return models;
}
const opened = async (models: FolderModelStore): Promise<OpenedEngine<ImageClassifier>> =>
  onnxClassifier.open(testContext(models));

imageClassifierContract('onnx-classifier', async () =>
  opened(await described('red-or-blue', { 'model.onnx': redOrBlue(), 'labels.txt': 'red\nblue\n' })),
);

it('is not there without a model, and says how to get one', async () => {
  expect(await onnxClassifier.probe(testContext())).toEqual({
    available: false,
    reason: expect.stringContaining('describe one of your own') as string,
  });
});

it('says what it sees; a network that takes one picture at a time is asked for each', async () => {
  const files = { 'model.onnx': redOrBlue(), 'labels.txt': 'red\nblue\n' };
  const engine = await opened(await described('one-by-one', files, { batches: false }));
  const pictures = [[250, 0, 0] as const, [0, 0, 250] as const].map(([...colour]) =>
    engine.use.see(makePixels({ width: 20, height: 10 }, colour)),
  );
  const [red, blue] = await engine.use.classify(pictures, { signal });
  expect(red![0]).toBeGreaterThan(0.99);
  expect(blue![1]).toBeGreaterThan(0.99);
  expect(engine).toMatchObject({ model: 'one-by-one', device: 'cpu' });
  await engine.close();
});

it.each([
  [
    'too-few-labels',
    'red\n',
    undefined,
    'model.invalid',
    /too-few-labels gave 2 values a picture for 1 labels/,
  ],
  [
    ...([
      'no-number',
      'red\nblue\n',
      [NaN, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
      'model.output_invalid',
    ] as const),
    /no-number gave values in logits that are no numbers/,
  ],
])(
  'a network that does not fit its description is named: %s',
  async (id, labels, weights, code, sentence) => {
    const network = redOrBlue(weights && [...weights]);
    const engine = await opened(await described(id, { 'model.onnx': network, 'labels.txt': labels }));
    const picture = engine.use.see(makePixels({ width: 2, height: 1 }, [1, 2, 3]));
    await expect(engine.use.classify([picture], { signal })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(sentence) as string,
    });
    await engine.close();
  },
);

it('a model without labels is refused when it is opened', async () => {
  const models = await described('no-labels', { 'model.onnx': redOrBlue() });
  await expect(opened(models)).rejects.toThrow('no-labels has no file labels.txt');
});

describe.skipIf(!shared)(
  'MobileNet-V2 of ../shared, as a model of one’s own (skipped where that folder is absent)',
  () => {
    let engine: OpenedEngine<ImageClassifier>;
    beforeAll(async () => {
      const catalogue = join(folder, 'mobilenet');
      await mkdir(catalogue);
      const entry: ModelEntry = {
        ...{ id: 'mobilenet-v2', summary: 'Tags photographs.', engine: 'onnx', architecture: 'MobileNet-V2' },
        ...{ licence: 'Apache-2.0', tasks: ['image.classify'] },
        source: { kind: 'folder', folder: join(shared!, 'models/mobilenet-v2-imagenet') },
        files: [{ file: 'model.onnx' }, { file: 'labels.txt' }],
        picture: {
          ...{ width: 224, height: 224, layout: 'NHWC', gives: 'probabilities' },
          ...{ mean: [127.5, 127.5, 127.5], scale: [127.5, 127.5, 127.5] },
        },
      };
      await writeFile(join(catalogue, 'mobilenet.model.json'), JSON.stringify(entry));
      const models = new FolderModelStore({
        folder: join(folder, 'mobilenet-here'),
        catalogue: await readCatalogue(catalogue),
      });
      await models.pull(
        models.catalogue.filter(({ id }) => id === 'mobilenet-v2'),
        { signal },
      );
      engine = await opened(models);
    });
    afterAll(() => engine.close());

    it('says what photographs show, three at once as each alone', async () => {
      const named = {
        'coral-bird.bmp': 'chickadee',
        'coral-hot_dog.jpg': 'hotdog',
        'darknet-eagle.jpg': 'bald eagle',
      };
      const pictures = Object.keys(named).map((name) => engine.use.see(decoded(name)));
      const together = await engine.use.classify(pictures, { signal });
      const best = (scores: readonly number[]) => engine.use.labels[scores.indexOf(Math.max(...scores))];
      for (const [i, label] of Object.values(named).entries()) {
        expect(best(together[i]!)).toContain(label);
        const [alone] = await engine.use.classify([pictures[i]!], { signal });
        expect(best(alone!)).toBe(best(together[i]!));
      }
    });
  },
);

const decoded = (name: string): Pixels => decodePicture(join(shared!, 'fixtures/images', name));
