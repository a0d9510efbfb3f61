import type { Engine, ModelStore, OpenedEngine, RemoteServer } from '@intermodal/models';
import { startOpenAiServer, storeOf, tinyLanguageModel, type OpenAiServerParts } from '@intermodal/testing';
import {
  speechRecogniserContract,
  speechSynthesiserContract,
  textEmbedderContract,
  textGeneratorContract,
  testContext,
  translatorContract,
} from '@intermodal/testing/engine-contracts';
import { afterAll } from 'vitest';
import apertium from '../apertium/apertium.engine.ts';
import espeak from '../espeak-ng/espeak-ng.engine.ts';
import pocketsphinx from '../pocketsphinx/pocketsphinx.engine.ts';
import embedderOfLlama from '../llama/text-embedder/llama.engine.ts';
import generatorOfLlama from '../llama/text-generator/llama.engine.ts';
import recogniser from './speech-recogniser/remote.engine.ts';
import synthesiser from './speech-synthesiser/remote.engine.ts';
import embedder from './text-embedder/remote.engine.ts';
import generator from './text-generator/remote.engine.ts';
import translator from './translator/remote.engine.ts';

const VOICES = { 'en-voice': 'en', 'es-voice': 'es' };
const limits = { timeoutMs: 60_000, retries: 0, maxInFlight: 4 };

/** An engine of this machine behind a server, and the remote engine before it. */
async function throughServer<Interface>(
  behind: Engine<Interface>,
  before: Engine<Interface>,
  part: (use: Interface) => Partial<OpenAiServerParts>,
  set: Partial<RemoteServer>,
  models?: ModelStore,
): Promise<OpenedEngine<Interface>> {
  const opened = await behind.open(testContext(models));
  const server = await startOpenAiServer({ key: 'k', models: ['m'], voices: VOICES, ...part(opened.use) });
  const remote = { url: server.url, key: 'k', model: 'm', languages: ['en', 'es'], ...limits, ...set };
  const engine = await before.open({ ...testContext(), remotes: { [before.capability]: remote } });
  return {
    ...engine,
    close: async () => {
      await engine.close();
      await server.close();
      await opened.close();
    },
  };
}

speechRecogniserContract('remote', () =>
  throughServer(pocketsphinx, recogniser, (it) => ({ recogniser: it }), { languages: ['en'] }),
);
speechSynthesiserContract('remote', () =>
  throughServer(espeak, synthesiser, (it) => ({ synthesiser: it }), {
    voices: { en: 'en-voice', es: 'es-voice' },
  }),
);
translatorContract('remote', () =>
  throughServer(apertium, translator, (it) => ({ translator: it }), { temperature: 0 }),
);

const tiny = storeOf(
  { engine: 'llama', tasks: ['text.chat', 'text.embed'] },
  { 'model.gguf': tinyLanguageModel() },
);
afterAll(async () => (await tiny)[Symbol.asyncDispose]());

textGeneratorContract('remote', async () =>
  throughServer(generatorOfLlama, generator, (it) => ({ generator: it }), {}, await tiny),
);
textEmbedderContract('remote', async () =>
  throughServer(embedderOfLlama, embedder, (it) => ({ embedder: it }), {}, await tiny),
);
