import {
  getLlama,
  InsufficientMemoryError,
  LlamaLogLevel,
  type Llama,
  type LlamaModel,
} from 'node-llama-cpp';
import { RunnerFault, type LoadOptions, type Runner } from '../hosts/runner.ts';
import { Conversations } from './conversations.ts';
import { Embedder } from './embedder.ts';
import type { LlamaLoad, LlamaRequest } from './requests.ts';
import { tryDevice } from './try-device.ts';

const SIGN_OF_LIFE_MS = 5_000;

/** Runs language models by llama.cpp, which computes on threads of its own: this one stays free, and a call ends between two tokens. */
export async function load({ load, device, threads }: LoadOptions): Promise<Runner> {
  const wanted = load as LlamaLoad;
  const llama = await getLlama({
    gpu: device === 'cuda' ? 'cuda' : false,
    // What is not here is neither built nor fetched.
    build: 'never',
    skipDownload: true,
    progressLogs: false,
    maxThreads: threads,
    logLevel: LlamaLogLevel.disabled,
  });
  if (wanted === 'device') {
    await tryDevice(llama);
    return { handle: () => Promise.resolve() };
  }
  const model = await open(llama, wanted.path);
  const conversations = await Conversations.open(model, wanted);
  const embedder = new Embedder(model, wanted.contextTokens);
  return {
    async handle(request, call) {
      // A long text is read in one piece, and nothing is heard of it meanwhile.
      const life = setInterval(() => call.alive(), SIGN_OF_LIFE_MS);
      try {
        const asked = request as LlamaRequest;
        return asked.kind === 'chat'
          ? await conversations.goOn(asked, call)
          : await embedder.embed(asked.texts, call.signal);
      } finally {
        clearInterval(life);
      }
    },
  };
}

async function open(llama: Llama, path: string): Promise<LlamaModel> {
  try {
    return await llama.loadModel({ modelPath: path, gpuLayers: 'max' });
  } catch (error) {
    if (error instanceof InsufficientMemoryError)
      throw new RunnerFault('model.too_large', 'does not fit into the memory that is free on its device.');
    // Whoever asked for the job may read this: no path of this machine.
    const why = (error instanceof Error ? error.message : String(error)).replaceAll(path, 'its file');
    throw new Error(why, { cause: error });
  }
}
