import type { ChatMessage, ChatOptions, TextGenerator } from '@intermodal/models';
import { runStage } from '@intermodal/testing';
import { expect, it } from 'vitest';
import summarize from './summarize.stage.ts';

const asked: { messages: readonly ChatMessage[]; options: ChatOptions }[] = [];
const saying = (text: string, finishReason: 'stop' | 'length' = 'stop'): TextGenerator => ({
  async chat(messages, options) {
    asked.push({ messages, options });
    options.onText?.(text);
    return { text, finishReason, promptTokens: null, completionTokens: null };
  },
});
const run = (text: string, generator: TextGenerator, params: object = {}) =>
  runStage(summarize, { text }, { needs: { generator }, params });

it('asks for a summary of the text, apart from it', async () => {
  await using it = await run('A long text.', saying(' Short. '), { maxWords: 20, language: 'es' });
  expect(it.output).toEqual({ summary: 'Short.', cut: false });
  expect(it.partials).toEqual([{ summary: ' Short. ' }]);
  const { messages, options } = asked.at(-1)!;
  expect(messages.map(({ role }) => role)).toEqual(['system', 'user']);
  expect(messages[0]!.content).toMatch(/at most 20 words, in Spanish\./);
  expect(messages[1]!.content).toBe('A long text.');
  expect(options).toMatchObject({ maxTokens: 60, temperature: 0 });
});

it('says when it was cut off, summarises nothing as nothing, and takes no empty answer', async () => {
  await using cut = await run('A text.', saying('It goes on and', 'length'));
  expect(cut.output.cut).toBe(true);
  expect(asked.at(-1)!.messages[0]!.content).toMatch(/at most 100 words, in its own language\./);
  const before = asked.length;
  await using empty = await run(' \n', saying('invented'));
  expect(empty.output).toEqual({ summary: '', cut: false });
  expect(asked).toHaveLength(before);
  await expect(run('A text.', saying(' '))).rejects.toMatchObject({ code: 'model.output_invalid' });
});
