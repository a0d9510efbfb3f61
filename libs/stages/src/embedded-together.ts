import type { Embeddings } from '@intermodal/models';
import { refuseEmpty } from './given-texts.ts';

/** So many texts of one task, or of so many letters, fill calls by themselves; others would wait for all of them. */
const ALONE_TEXTS = 16;
const ALONE_LETTERS = 2_000;

/** How lists of texts of several tasks become vectors together. */
export const TEXTS_TOGETHER = {
  maxItems: 16,
  maxDelayMs: 5,
  async prepare({ texts }: { texts: string[] }): Promise<readonly string[]> {
    refuseEmpty(texts);
    return texts;
  },
  bucketOf(texts: readonly string[]): string | null {
    const letters = texts.reduce((sum, { length }) => sum + length, 0);
    return texts.length > ALONE_TEXTS || letters > ALONE_LETTERS ? null : '';
  },
};

/** What came of the texts of each task. */
export async function embeddedTogether(
  lists: readonly (readonly string[])[],
  embed: (texts: readonly string[]) => Promise<Embeddings>,
): Promise<readonly { readonly vectors: number[][]; readonly tokens: number | null }[]> {
  const { vectors, tokens, tokensOfEach } = await embed(lists.flat());
  let from = 0;
  return lists.map((texts) => {
    const to = from + texts.length;
    const share = {
      vectors: vectors.slice(from, to).map((vector) => [...vector]),
      tokens: lists.length === 1 ? tokens : sumOf(tokensOfEach?.slice(from, to)),
    };
    from = to;
    return share;
  });
}

const sumOf = (counts: readonly number[] | undefined): number | null =>
  counts ? counts.reduce((sum, count) => sum + count, 0) : null;
