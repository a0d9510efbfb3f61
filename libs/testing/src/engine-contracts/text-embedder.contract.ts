import type { OpenedEngine, TextEmbedder } from '@intermodal/models';
import { describe, expect, it } from 'vitest';
import { expectAborted, openedForSuite, signal } from './opened.ts';

/** What every TextEmbedder does, shown with `tinyLanguageModel`, for which a number is near the same one in Spanish. */
export function textEmbedderContract(name: string, open: () => Promise<OpenedEngine<TextEmbedder>>): void {
  describe(`${name} is a TextEmbedder`, () => {
    const { engine } = openedForSuite(open);
    const embed = (...texts: string[]) => engine().embed(texts, { signal });
    const cosine = (one: readonly number[], other: readonly number[]) =>
      one.reduce((sum, value, i) => sum + value * other[i]!, 0);

    it('puts near each other what means the same', async () => {
      const { vectors, tokens } = await embed('three', 'tres', 'nine');
      const [three, tres, nine] = vectors as [number[], number[], number[]];
      expect(cosine(three, tres)).toBeGreaterThan(cosine(three, nine) + 0.5);
      expect(tokens).toBeGreaterThanOrEqual(3);
    });

    it('gives vectors of one length, each 1 long', async () => {
      const { vectors } = await embed('one', 'a longer text with one', 'x');
      expect(new Set(vectors.map(({ length }) => length)).size).toBe(1);
      for (const vector of vectors) expect(cosine(vector, vector)).toBeCloseTo(1, 4);
    });

    it('gives many as it gives each', async () => {
      const texts = ['one', 'spanish two', 'hello', 'nine'];
      const alone = [];
      for (const text of texts) alone.push((await embed(text)).vectors[0]);
      expect((await embed(...texts)).vectors).toEqual(alone);
      const { tokens, tokensOfEach } = await embed(...texts);
      // Those of several tasks are counted each for its own.
      if (tokensOfEach) {
        expect(tokensOfEach.reduce((sum, count) => sum + count, 0)).toBe(tokens);
        for (const [i, text] of texts.entries()) expect((await embed(text)).tokens).toBe(tokensOfEach[i]);
      }
    });

    it('does not begin when it is told to stop', async () => {
      await expectAborted((aborted) => engine().embed(['one'], { signal: aborted }));
      expect((await embed('one')).vectors).toHaveLength(1);
    });
  });
}
