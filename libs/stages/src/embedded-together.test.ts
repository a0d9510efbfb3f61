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
const prepared = (...texts: string[]) => batch!.prepare({ texts }, {} as never);

describe('texts of several tasks', () => {
  it('become vectors in one call, and each task has its own and its own count of tokens', async () => {
    const asked: (readonly string[])[] = [];
    const items = [await prepared('one', 'three'), await prepared('x')];
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
    const bucketOf = async (...texts: string[]) => batch!.bucketOf!(await prepared(...texts));
    expect(await bucketOf('short', 'texts')).toBe('');
    expect(await bucketOf(...Array<string>(17).fill('x'))).toBeNull();
    expect(await bucketOf('x'.repeat(2_001))).toBeNull();
    await expect(prepared('x', ' ')).rejects.toMatchObject({
      code: 'input.invalid',
      message: 'The text 2 of 2 is empty.',
    });
  });
});
