import type { ChatOptions } from '@intermodal/models';
import { causalLmFolder, storeOfFolder } from '@intermodal/testing';
import { testContext } from '@intermodal/testing/engine-contracts';
import { afterAll, describe, expect, it } from 'vitest';
import { OpenedModel } from '../transformers.testing.ts';
import { CAUSAL_LM, type ChatOn } from './causal-lm.ts';
import generator from '../text-generator/transformers.engine.ts';

const { signal } = new AbortController();
const described = { id: 'tiny-lm', tasks: ['text.chat' as const] };
const tiny = storeOfFolder(causalLmFolder(), described);
afterAll(async () => (await tiny)[Symbol.asyncDispose]());

describe('a language model', () => {
  const opened = async () => {
    const { use, close } = await generator.open(testContext(await tiny));
    const ask = (content: string, more: Partial<ChatOptions> = {}) =>
      use.chat([{ role: 'user', content }], { maxTokens: 20, temperature: 0, signal, ...more });
    return { use, ask, [Symbol.asyncDispose]: close };
  };

  it('goes on by the last word, and by what was said before', async () => {
    await using engine = await opened();
    expect(await engine.ask('from two')).toEqual({
      ...{ text: 'three four five', finishReason: 'stop', promptTokens: 2, completionTokens: 3 },
    });
    const messages = [
      { role: 'system', content: 'spanish' },
      { role: 'user', content: 'from one' },
    ] as const;
    const pieces: string[] = [];
    const reply = await engine.use.chat(messages, {
      ...{ maxTokens: 20, temperature: 0, signal, onText: (piece: string) => void pieces.push(piece) },
    });
    expect(reply.text).toBe('dos tres cuatro cinco');
    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces.join('')).toBe(reply.text);
  });

  it('may have nothing to say', async () => {
    await using engine = await opened();
    expect(await engine.ask('from five')).toEqual({
      ...{ text: '', finishReason: 'stop', promptTokens: 2, completionTokens: 0 },
    });
  });

  it('answers the same each time, whatever its own settings leave to chance', async () => {
    await using engine = await opened();
    const replies = await Promise.all(Array.from({ length: 8 }, () => engine.ask('from one')));
    expect(new Set(replies.map(({ text }) => text))).toEqual(new Set(['two three four five']));
    expect(await engine.ask('from one', { maxTokens: 2 })).toMatchObject({
      text: 'two three',
      finishReason: 'length',
    });
  });

  it('refuses what the library would pass over, and a conversation beyond its context', async () => {
    await using engine = await opened();
    for (const more of [{ topP: 0.5 }, { temperature: 1 }, { stop: ['x'] }, { schema: {} }])
      await expect(engine.ask('one', more)).rejects.toMatchObject({
        code: 'input.invalid',
        message: expect.stringContaining(`leave out ${Object.keys(more)[0]}`) as string,
      });
    await expect(engine.ask('one '.repeat(80))).rejects.toMatchObject({
      code: 'input.too_large',
      message: 'The model tiny-lm reads 64 tokens at most, and the conversation has 80: say less.',
    });
  });

  it('reads a long conversation in as much memory as a short one', async () => {
    // Scores of all its tokens would take 2 GB.
    const wide = causalLmFolder({ contextTokens: 20_000, scores: 50_000 });
    await using models = await storeOfFolder(wide, described);
    await using model = await OpenedModel.open(models, CAUSAL_LM, { memoryBytes: 1024 ** 3 });
    const content = `spanish ${'from '.repeat(9_998)}two`;
    const request: ChatOn = {
      ...{ kind: 'chat', messages: [{ role: 'user', content }], maxTokens: 9, told: false },
    };
    expect(await model.call(request)).toMatchObject({ text: 'tres cuatro cinco', promptTokens: 10_000 });
  });

  it('is one that knows how a conversation is written', async () => {
    await using models = await storeOfFolder(causalLmFolder({ chatTemplate: false }), described);
    const { use, close } = await generator.open(testContext(models));
    const asked = use.chat([{ role: 'user', content: 'one' }], { maxTokens: 9, temperature: 0, signal });
    await expect(asked).rejects.toMatchObject({
      code: 'model.invalid',
      message: expect.stringMatching(/no chat_template/) as string,
    });
    await close();
  });
});
