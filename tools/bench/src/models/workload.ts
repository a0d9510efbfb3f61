import { join } from 'node:path';
import { FolderModelStore, loadEngines, OnnxModel } from '@intermodal/engines';
import { loadMediaEngines } from '@intermodal/media';
import {
  sileroVad,
  yoloxNanoCoco,
  type Engine,
  type EngineContext,
  type ImageTools,
  type ModelHosts,
  type ObjectDetector,
  type SpeechDetector,
} from '@intermodal/models';

/** What is run through hosts and beside them. `colour` is made by hand and always there. */
export const WORKLOADS = ['colour', 'yolox-nano', 'silero-vad'] as const;
export type WorkloadName = (typeof WORKLOADS)[number];

/** Files of one benchmark: `colour.onnx`, `picture.png`, `sound.wav`, and a store of models. */
export interface WorkFolder {
  readonly folder: string;
  /** Holds `<id>/<file>` of the models that are there. */
  readonly mirror: string;
}

export interface Workload extends AsyncDisposable {
  /** One picture, or the whole sound: from its file to the answer. */
  once(): Promise<void>;
}

const { signal } = new AbortController();

const storeOf = ({ folder, mirror }: WorkFolder): FolderModelStore =>
  new FolderModelStore({ folder: join(folder, 'models'), mirror });

export async function isHere(name: WorkloadName, files: WorkFolder): Promise<boolean> {
  const models = { colour: undefined, 'yolox-nano': yoloxNanoCoco, 'silero-vad': sileroVad } as const;
  const model = models[name];
  return model === undefined || (await storeOf(files).find(model)) !== undefined;
}

/** The same work on whatever hosts: decoding, preparing, running, reading the answer. */
export async function openWorkload(
  name: WorkloadName,
  hosts: ModelHosts,
  files: WorkFolder,
): Promise<Workload> {
  const context: EngineContext = {
    ...{ hosts, models: storeOf(files), remotes: {}, threads: 1 },
    log: { info() {}, warn() {} },
  };
  const images = await openEngine<ImageTools>('sharp', context);
  const picture = () => images.use.pixels(join(files.folder, 'picture.png'), { signal });
  if (name === 'silero-vad') {
    const { use, close } = await openEngine<SpeechDetector>(name, context);
    const path = join(files.folder, 'sound.wav');
    return workload(async () => void (await use.detect(path, { signal })), [close, images.close]);
  }
  if (name === 'yolox-nano') {
    const { use, close } = await openEngine<ObjectDetector>(name, context);
    return workload(async () => void (await use.detect(await picture(), { signal })), [close, images.close]);
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
