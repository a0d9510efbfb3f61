import type { Embeddings } from '@intermodal/models';
import type { StageContext } from '@intermodal/pipeline';
import { refuseEmpty } from './given-texts.ts';

/** So many texts of one task, or of so many letters, fill calls by themselves; others would wait for all of them. */
const ALONE_TEXTS = 32;
const ALONE_LETTERS = 8_000;

interface Item {
  readonly texts: readonly string[];
  /** Those that go by themselves are of their own task. */
  readonly of: string;
}

/** How lists of texts of several tasks become vectors together. */
export const TEXTS_TOGETHER = {
  maxItems: 16,
  maxDelayMs: 5,
  async prepare({ texts }: { texts: string[] }, { task }: Pick<StageContext, 'task'>): Promise<Item> {
    refuseEmpty(texts);
    const letters = texts.reduce((sum, { length }) => sum + length, 0);
    return { texts, of: texts.length > ALONE_TEXTS || letters > ALONE_LETTERS ? task.id : 'all' };
  },
  bucketOf: ({ of }: Item) => of,
};

/** What came of the texts of each task. */
export async function embeddedTogether(
  items: readonly Item[],
  embed: (texts: readonly string[]) => Promise<Embeddings>,
): Promise<readonly { readonly vectors: number[][]; readonly tokens: number | null }[]> {
  const { vectors, tokens, tokensOfEach } = await embed(items.flatMap(({ texts }) => texts));
  let from = 0;
  return items.map(({ texts }) => {
    const to = from + texts.length;
    const share = {
      vectors: vectors.slice(from, to).map((vector) => [...vector]),
      tokens: items.length === 1 ? tokens : sumOf(tokensOfEach?.slice(from, to)),
    };
    from = to;
    return share;
  });
}

const sumOf = (counts: readonly number[] | undefined): number | null =>
  counts ? counts.reduce((sum, count) => sum + count, 0) : null;
