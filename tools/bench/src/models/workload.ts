import { join } from 'node:path';
import { FolderModelStore, loadEngines, OnnxModel, readCatalogue } from '@intermodal/engines';
import { loadMediaEngines } from '@intermodal/media';
import {
  sileroVad,
  yoloxNanoCoco,
  type Engine,
  type EngineContext,
  type ImageClassifier,
  type ImageTools,
  type ModelHosts,
  type ObjectDetector,
  type SeenPicture,
  type SpeechDetector,
} from '@intermodal/models';
import { catalogueOf, MOBILENET, type WorkFolder } from './work-files.ts';

export type WorkloadName = 'colour' | 'yolox-nano' | 'mobilenet' | 'mobilenet-together' | 'silero-vad';

/** Pictures that go through a network together. */
export const TOGETHER = 8;

export interface Workload extends AsyncDisposable {
  /** One picture, `TOGETHER` of them, or the whole sound: from its file to the answer. */
  once(): Promise<void>;
}

const { signal } = new AbortController();

const storeOf = async ({ folder, mirror }: WorkFolder): Promise<FolderModelStore> =>
  new FolderModelStore({
    ...{ folder: join(folder, 'models'), mirror },
    catalogue: await readCatalogue(catalogueOf(folder, true)),
  });

export async function isHere(name: WorkloadName, files: WorkFolder): Promise<boolean> {
  const store = await storeOf(files);
  const models = {
    colour: [],
    'yolox-nano': [yoloxNanoCoco],
    'silero-vad': [sileroVad],
    mobilenet: store.catalogue.filter(({ id }) => id === MOBILENET),
    'mobilenet-together': store.catalogue.filter(({ id }) => id === MOBILENET),
  };
  if (name === 'colour') return true;
  const [model] = models[name];
  return model !== undefined && (await store.find(model)) !== undefined;
}

/** The same work on whatever hosts: decoding, preparing, running, reading the answer. */
export async function openWorkload(
  name: WorkloadName,
  hosts: ModelHosts,
  files: WorkFolder,
): Promise<Workload> {
  const context: EngineContext = {
    ...{ hosts, models: await storeOf(files), remotes: {}, threads: 1 },
    log: { info() {}, warn() {} },
  };
  const images = await openEngine<ImageTools>('sharp', context);
  const picture = (maxEdge?: number) =>
    images.use.pixels(join(files.folder, 'picture.png'), {
      signal,
      ...(maxEdge !== undefined && { maxEdge }),
    });
  if (name === 'silero-vad') {
    const { use, close } = await openEngine<SpeechDetector>(name, context);
    const path = join(files.folder, 'sound.wav');
    return workload(async () => void (await use.detect(path, { signal })), [close, images.close]);
  }
  if (name === 'yolox-nano') {
    const { use, close } = await openEngine<ObjectDetector>(name, context);
    return workload(async () => void (await use.detect(await picture(), { signal })), [close, images.close]);
  }
  if (name === 'mobilenet' || name === 'mobilenet-together') {
    const { use, close } = await openEngine<ImageClassifier>('onnx-classifier', context);
    const count = name === 'mobilenet' ? 1 : TOGETHER;
    const once = async (): Promise<void> => {
      const seen: SeenPicture[] = [];
      for (let i = 0; i < count; i++) seen.push(use.see(await picture(use.maxEdge)));
      await use.classify(seen, { signal });
    };
    return workload(once, [close, images.close]);
  }
  const model = await OnnxModel.open(hosts, { name, path: join(files.folder, 'colour.onnx') });
  const once = async (): Promise<void> => {
    const { width, height, rgb } = await picture();
    const data = new Float32Array(3 * width * height);
    for (let i = 0; i < width * height; i++)
      for (let channel = 0; channel < 3; channel++)
        data[channel * width * height + i] = rgb[i * 3 + channel]! / 255;
    const dims = [1, 3, height, width];
    const { scores } = await model.run({ feeds: { images: { type: 'float32', dims, data } } }, signal);
    const [red = 0, ...others] = scores!.data as Float32Array;
    if (others.some((score) => score >= red)) throw new Error('A red picture was not taken for one.');
  };
  return workload(once, [() => model.close(), images.close]);
}

const workload = (once: () => Promise<void>, closings: readonly (() => Promise<void>)[]): Workload => ({
  once,
  async [Symbol.asyncDispose]() {
    for (const close of closings) await close();
  },
});

async function openEngine<Interface>(
  name: string,
  context: EngineContext,
): Promise<{ use: Interface; close: () => Promise<void> }> {
  const engines = [...(await loadEngines()), ...(await loadMediaEngines())];
  const engine = engines.find((one) => one.name === name) as Engine<Interface> | undefined;
  if (!engine) throw new Error(`There is no engine ${name}.`);
  const opened = await engine.open(context);
  return { use: opened.use, close: () => opened.close() };
}
