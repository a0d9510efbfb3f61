import type { ChatMessage, ChatOptions, OpenedEngine, TextGenerator } from '@intermodal/models';
import { describe, expect, it } from 'vitest';
import { expectAborted, openedForSuite, signal } from './opened.ts';

/** What every TextGenerator does, shown with `tinyLanguageModel`, which counts on to ten. */
export function textGeneratorContract(name: string, open: () => Promise<OpenedEngine<TextGenerator>>): void {
  describe(`${name} is a TextGenerator`, () => {
    const { engine } = openedForSuite(open);
    const chat = (messages: readonly ChatMessage[], options: Partial<ChatOptions> = {}) =>
      engine().chat(messages, { maxTokens: 40, temperature: 0, signal, ...options });
    const ask = (content: string, options: Partial<ChatOptions> = {}) =>
      chat([{ role: 'user', content }], options);

    it('answers what was asked, and counts its tokens', async () => {
      const reply = await ask('go on from seven');
      expect(reply).toMatchObject({ text: 'eight nine ten', finishReason: 'stop' });
      expect(reply.promptTokens).toBeGreaterThan(3);
      expect(reply.completionTokens).toBeGreaterThanOrEqual(3);
    });

    it('hears all that was said, and by whom', async () => {
      const { text } = await chat([
        { role: 'system', content: 'answer in spanish' },
        { role: 'user', content: 'go on from two' },
        { role: 'assistant', content: 'tres cuatro' },
        { role: 'user', content: 'and from 8' },
      ]);
      expect(text).toBe('nueve diez');
    });

    it('answers each of many at once with its own', async () => {
      const asked = ['five', 'spanish five', '9', 'spanish 1', 'hello', 'eight', 'spanish 8', 'two'];
      const alone = [];
      for (const content of asked) alone.push((await ask(content)).text);
      expect(new Set(alone).size).toBe(asked.length);
      const together = await Promise.all(asked.map((content) => ask(content)));
      expect(together.map(({ text }) => text)).toEqual(alone);
    });

    it('tells its answer piece by piece', async () => {
      const pieces: string[] = [];
      const { text } = await ask('five', { onText: (piece) => pieces.push(piece) });
      expect(pieces.join('')).toBe(text);
      expect(pieces.length).toBeGreaterThan(3);
    });

    it('says when it was cut off', async () => {
      expect(await ask('one', { maxTokens: 3 })).toMatchObject({
        text: 'two three four',
        finishReason: 'length',
      });
    });

    it('ends before a word that it is to stop at', async () => {
      const pieces: string[] = [];
      const reply = await ask('one', { stop: ['five'], onText: (piece) => pieces.push(piece) });
      expect(reply.finishReason).toBe('stop');
      expect(reply.text.trim()).toBe('two three four');
      expect(pieces.join('')).not.toContain('five');
    });

    it('keeps to a JSON Schema', async () => {
      const schema = {
        type: 'object',
        properties: { colour: { enum: ['red', 'green'] }, sure: { type: 'boolean' } },
        required: ['colour', 'sure'],
        additionalProperties: false,
      };
      const { text } = await ask('what colour is it?', { schema, maxTokens: 200 });
      const { colour, sure } = JSON.parse(text) as { colour: string; sure: boolean };
      expect(['red', 'green']).toContain(colour);
      expect([true, false]).toContain(sure);
    });

    it('gives the same answer to the same seed', async () => {
      const once = await ask('one', { temperature: 2, seed: 7 });
      expect((await ask('one', { temperature: 2, seed: 7 })).text).toBe(once.text);
    });

    it('stops when it is told to, and serves the next', async () => {
      const stop = new AbortController();
      const reason = new Error('told to stop');
      const long = ask('hello', { signal: stop.signal, onText: () => stop.abort(reason) });
      await expect(long).rejects.toBe(reason);
      expect((await ask('nine')).text).toBe('ten');
      await expectAborted((aborted) => ask('one', { signal: aborted }));
    });
  });
}
