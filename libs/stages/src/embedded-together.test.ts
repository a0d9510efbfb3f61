import type { TextEmbedder } from '@intermodal/models';
import { runStage } from '@intermodal/testing';
import { describe, expect, it } from 'vitest';
import embedText from './text/embed.stage.ts';

/** A vector tells the length of its text; a token is a letter. */
const embedder = (ofEach: boolean, asked: (readonly string[])[] = []): TextEmbedder => ({
  async embed(texts) {
    asked.push(texts);
    const lengths = texts.map(({ length }) => length);
    return {
      vectors: lengths.map((length) => [length]),
      tokens: lengths.reduce((sum, length) => sum + length, 0),
      ...(ofEach && { tokensOfEach: lengths }),
    };
  },
});
const { batch } = embedText;
const prepared = (task: string, texts: string[]) =>
  batch!.prepare({ texts }, { task: { id: task } } as never) as Promise<{ of: string }>;

describe('texts of several tasks', () => {
  it('become vectors in one call, and each task has its own and its own count of tokens', async () => {
    const asked: (readonly string[])[] = [];
    const items = [await prepared('a', ['one', 'three']), await prepared('b', ['x'])];
    const context = { needs: { embedder: embedder(true, asked) }, params: {} } as never;
    expect(await batch!.run(items, context)).toEqual([
      { vectors: [[3], [5]], promptTokens: 8 },
      { vectors: [[1]], promptTokens: 1 },
    ]);
    expect(asked).toEqual([['one', 'three', 'x']]);
  });

  it('of one task alone have the count that the engine has of all', async () => {
    await using it = await runStage(
      embedText,
      { texts: ['one', 'x'] },
      { needs: { embedder: embedder(false) } },
    );
    expect(it.output).toEqual({ vectors: [[3], [1]], promptTokens: 4 });
  });

  it('go by themselves where they are many or long, and are refused where one is empty', async () => {
    const of = async (texts: string[]) => batch!.bucketOf!(await prepared('a task', texts));
    expect(await of(['short', 'texts'])).toBe('all');
    expect(await of(Array<string>(33).fill('x'))).toBe('a task');
    expect(await of(['x'.repeat(8_001)])).toBe('a task');
    await expect(prepared('a', ['x', ' '])).rejects.toMatchObject({
      code: 'input.invalid',
      message: 'The text 2 of 2 is empty.',
    });
  });
});
