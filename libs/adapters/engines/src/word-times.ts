/** A text and when it is said, milliseconds. */
export interface TimedText {
  readonly text: string;
  readonly startMs: number;
  readonly endMs: number;
}

export const wordsOf = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');

/** The words of a span, each with its share of the time by its length: an estimate, where nobody says more. */
export function sharedTimes({ text, startMs, endMs }: TimedText): TimedText[] {
  const words = wordsOf(text);
  const letters = words.reduce((sum, word) => sum + word.length, 0);
  const at = (count: number): number => Math.round(startMs + ((endMs - startMs) * count) / letters);
  let before = 0;
  return words.map((word) => {
    const begins = before;
    before += word.length;
    return { text: word, startMs: at(begins), endMs: at(before) };
  });
}

/** Times of models and servers are rounded: words overlap by a little, take no time, or end after the recording. */
export function inOrder<Word extends TimedText>(spans: readonly Word[], durationMs: number): Word[] {
  let least = 0;
  return spans
    .filter(({ text }) => text !== '')
    .toSorted((a, b) => a.startMs - b.startMs)
    .map((word) => {
      const startMs = Math.max(least, Math.min(word.startMs, durationMs - 1));
      least = Math.max(startMs + 1, Math.min(word.endMs, durationMs));
      return { ...word, startMs, endMs: least };
    });
}
