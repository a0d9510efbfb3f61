import { writeFile } from 'node:fs/promises';
import { loadEngines, type ModelHouse } from '@intermodal/engines';
import type { Engine, EngineContext, OpenedEngine, TextGenerator } from '@intermodal/models';
import { randomLanguageModel, storeOf, tinyLanguageModel, type LanguageModelSize } from '@intermodal/testing';

const { signal } = new AbortController();

/** The tiny model's answers, which are known. */
export const KNOWN: Readonly<Record<string, string>> = {
  'go on from seven': 'eight nine ten',
  'in spanish from 6': 'siete ocho nueve diez',
  hello: 'one two three four five six seven eight nine ten',
  'nueve, in spanish: nueve': 'diez',
};

/** The shape of TinyLlama: 1.1 thousand million weights, 2.2 GB. */
export const LARGE: LanguageModelSize = {
  ...{ layers: 22, width: 2_048, innerWidth: 5_632, heads: 32, sharedHeads: 4 },
  ...{ words: 32_000, contextTokens: 2_048 },
};
/** Some 14 million weights: what a processor runs in a moment. */
export const SMALL: LanguageModelSize = {
  ...{ layers: 4, width: 384, innerWidth: 1_024, heads: 6, sharedHeads: 2 },
  ...{ words: 8_000, contextTokens: 2_048 },
};

export async function openTiny(house: ModelHouse): Promise<OpenedEngine<TextGenerator>> {
  const models = await storeOf(
    { id: 'tiny', engine: 'llama', tasks: ['text.chat'] },
    { 'model.gguf': tinyLanguageModel() },
  );
  return open(models, house, () => models[Symbol.asyncDispose]());
}

export async function openRandom(
  house: ModelHouse,
  size: LanguageModelSize,
  atOnce: number,
): Promise<OpenedEngine<TextGenerator>> {
  const models = await storeOf(
    {
      ...{ id: `random-${size.layers}x${size.width}`, engine: 'llama', tasks: ['text.chat'] },
      conversations: { contextTokens: 1_024, atOnce },
    },
    { 'model.gguf': Buffer.alloc(0) },
  );
  const files = (await models.find(models.catalogue[0]!))!;
  await writeFile(files['model.gguf']!, randomLanguageModel(size));
  return open(models, house, () => models[Symbol.asyncDispose]());
}

export const ask = ({ use }: OpenedEngine<TextGenerator>, content: string, maxTokens = 40) =>
  use.chat([{ role: 'user', content }], { maxTokens, temperature: 0, signal });

/** Tokens written a second by so many conversations at once. */
export async function tokensPerSecond(
  engine: OpenedEngine<TextGenerator>,
  conversations: number,
  tokens: number,
): Promise<number> {
  const begun = performance.now();
  const replies = await Promise.all(
    Array.from({ length: conversations }, (_, i) => ask(engine, `conversation ${i}`, tokens)),
  );
  const seconds = (performance.now() - begun) / 1_000;
  const written = replies.reduce((sum, reply) => sum + (reply.completionTokens ?? 0), 0);
  if (written < conversations * tokens) throw new Error(`Only ${written} tokens were written.`);
  return written / seconds;
}

async function open(
  models: EngineContext['models'],
  hosts: ModelHouse,
  remove: () => PromiseLike<void>,
): Promise<OpenedEngine<TextGenerator>> {
  const engine = (await loadEngines()).find(
    ({ name, capability }) => name === 'llama' && capability === 'TextGenerator',
  ) as Engine<TextGenerator>;
  const opened = await engine.open({
    ...{ models, hosts, remotes: {}, threads: 1 },
    log: { info() {}, warn() {} },
  });
  return {
    ...opened,
    async close() {
      await opened.close();
      await remove();
    },
  };
}
