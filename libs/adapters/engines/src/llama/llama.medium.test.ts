import { type IntermodalError } from '@intermodal/contracts';
import type { EngineContext, ModelStore, OpenedEngine, TextGenerator } from '@intermodal/models';
import { childProcesses, storeOf, tinyLanguageModel } from '@intermodal/testing';
import {
  testContext,
  textEmbedderContract,
  textGeneratorContract,
} from '@intermodal/testing/engine-contracts';
import { afterAll, describe, expect, it } from 'vitest';
import { ModelHouse } from '../hosts/model-house.ts';
import embedder from './text-embedder/llama.engine.ts';
import generator from './text-generator/llama.engine.ts';

const { signal } = new AbortController();
const GGUF = tinyLanguageModel();
const described = { id: 'counts-on', engine: 'llama', tasks: ['text.chat', 'text.embed'] } as const;
const storeWith = (file: Uint8Array, more: object = {}) =>
  storeOf({ ...described, tasks: [...described.tasks], ...more }, { 'model.gguf': file });

const tiny = storeWith(GGUF);
afterAll(async () => (await tiny)[Symbol.asyncDispose]());

textGeneratorContract('llama', async () => generator.open(testContext(await tiny)));
textEmbedderContract('llama', async () => embedder.open(testContext(await tiny)));

describe('llama', () => {
  const opened = async (
    models: ModelStore,
    house: Partial<ConstructorParameters<typeof ModelHouse>[0]> = {},
  ): Promise<OpenedEngine<TextGenerator> & { house: ModelHouse } & AsyncDisposable> => {
    const hosts = new ModelHouse({ device: 'cpu', threads: 1, ...house });
    const context: EngineContext = { ...testContext(models), hosts };
    const engine = await generator.open(context);
    return {
      ...engine,
      house: hosts,
      [Symbol.asyncDispose]: async () => {
        await hosts.close();
        expect(childProcesses()).toEqual([]);
      },
    };
  };
  const ask = (engine: OpenedEngine<TextGenerator>, content: string, maxTokens = 20) =>
    engine.use.chat([{ role: 'user', content }], { maxTokens, temperature: 0, signal });
  const codeOf = (error: unknown) => (error as IntermodalError).code;

  it('says which model would have to be pulled', async () => {
    const empty: ModelStore = { catalogue: (await tiny).catalogue, find: async () => undefined };
    expect(await generator.probe(testContext(empty))).toEqual({
      available: false,
      reason: 'no model for text.chat is here: intermodal models pull counts-on.',
    });
    expect(await generator.probe(testContext())).toMatchObject({ available: false });
  });

  it('refuses a conversation beyond its context, and hears the beginning of one that just fits', async () => {
    await using engine = await opened(await tiny);
    const long = await ask(engine, 'x'.repeat(2_000)).catch((error: unknown) => error);
    expect(codeOf(long)).toBe('input.too_large');
    expect((long as Error).message).toMatch(
      /^The model counts-on reads 1024 tokens at most, .* has 20\d\d: say less\.$/,
    );
    const fits = `spanish ${'x'.repeat(950)} from 1`;
    expect(await ask(engine, fits, 500)).toMatchObject({
      text: expect.stringMatching(/^dos tres/) as string,
    });
    expect((await ask(engine, 'eight')).text).toBe('nine ten');
  });

  it('refuses a picture, and a schema that it cannot keep to', async () => {
    await using engine = await opened(await tiny);
    const chat = (more: object) =>
      engine.use
        .chat([{ role: 'user', content: 'one' }], { maxTokens: 9, temperature: 0, signal, ...more })
        .catch(codeOf);
    expect(await chat({ image: { path: '/nowhere.png', mediaType: 'image/png' } })).toBe('input.invalid');
    expect(await chat({ schema: { $ref: '#/nowhere' } })).toBe('input.invalid');
    expect(await chat({})).toMatchObject({ text: 'two three four five six seven eight nine ten' });
  });

  it('serves more conversations than it has contexts for, and one process does', async () => {
    const models = await storeWith(GGUF, { conversations: { contextTokens: 256, atOnce: 2 } });
    await using _removed = models;
    await using engine = await opened(models);
    const asked = Array.from({ length: 12 }, (_, i) => `from ${(i % 8) + 1}`);
    const replies = await Promise.all(asked.map((content) => ask(engine, content)));
    const lengths = replies.map(({ text }) => text.split(' ').length);
    expect(lengths).toEqual(asked.map((_, i) => 9 - (i % 8)));
    expect(engine.house.loaded.size).toBe(1);
  });

  it('a conversation whose process is killed fails so that it is tried again, those beside it too', async () => {
    await using engine = await opened(await tiny);
    const pieces = Promise.withResolvers<void>();
    const running = engine.use.chat([{ role: 'user', content: 'hello' }], {
      ...{ maxTokens: 900, temperature: 0, signal },
      schema: { type: 'array', items: { enum: ['a'] }, minItems: 200 },
      onText: () => pieces.resolve(),
    });
    const beside = engine.use.chat([{ role: 'user', content: 'hello' }], {
      ...{ maxTokens: 900, temperature: 0, signal },
      schema: { type: 'array', items: { enum: ['a'] }, minItems: 200 },
    });
    await pieces.promise;
    process.kill(engine.house.loaded.get('counts-on')!, 'SIGKILL');
    const ended = await Promise.allSettled([running, beside]);
    expect(ended.map((it) => it.status === 'rejected' && codeOf(it.reason))).toEqual([
      'stage.crashed',
      'stage.crashed',
    ]);
    expect((await ask(engine, 'nine')).text).toBe('ten');
  });

  it('goes to the processor where the library cannot use a card, and refuses where a card was asked for', async () => {
    const reasons: (string | undefined)[] = [];
    const onProbed = ({ reason }: { reason?: string | undefined }) => void reasons.push(reason);
    await using auto = await opened(await tiny, { deviceChoice: 'auto', onProbed });
    if (auto.device === 'cuda') return;
    expect(auto.device).toBe('cpu');
    expect(reasons).toEqual([expect.stringMatching(/^The model probe could not be opened/)]);
    await expect(opened(await tiny, { deviceChoice: 'cuda' })).rejects.toMatchObject({
      code: 'engine.unavailable',
    });
  });

  it.each([
    ['cut off', GGUF.subarray(0, GGUF.length / 2)],
    ['cut off in its head', GGUF.subarray(0, 2_000)],
    ['no GGUF', Buffer.from('no model at all')],
    ['empty', Buffer.alloc(0)],
  ])('a file that is %s is refused without a path, and the worker goes on', async (_, file) => {
    const models = await storeWith(file);
    await using _removed = models;
    await using engine = await opened(models);
    const refused = await ask(engine, 'one').catch((error: unknown) => error as IntermodalError);
    expect(refused).toMatchObject({ code: 'model.unavailable' });
    expect((refused as Error).message).toMatch(/^The model counts-on could not be opened: /);
    expect((refused as Error).message).not.toContain('/intermodal-models-');
  });
});
