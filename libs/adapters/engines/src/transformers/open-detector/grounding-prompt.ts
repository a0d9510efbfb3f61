export interface GroundingPrompt {
  readonly ids: readonly number[];
  /** Of each label: its first token, and the one behind its last. */
  readonly spans: readonly (readonly [from: number, to: number])[];
}

/**
 * The text that Grounding DINO reads: all labels in lower case, a full stop behind each (https://arxiv.org/abs/2303.05499). Tokens are put
 * together label by label, so that it is known of each token whose it is.
 * @param around the tokens of an empty text: what begins and what ends a text
 */
export function groundingPrompt(
  labels: readonly string[],
  tokensOf: (text: string) => readonly number[],
  around: readonly number[],
): GroundingPrompt {
  const stop = tokensOf('.');
  const ids = around.slice(0, 1);
  const spans: [number, number][] = [];
  for (const label of labels) {
    // A full stop within a label would end it.
    const own = tokensOf(label.toLowerCase().replaceAll('.', ' ').trim());
    spans.push([ids.length, ids.length + own.length]);
    ids.push(...own, ...stop);
  }
  return { ids: [...ids, ...around.slice(1)], spans };
}

/** Scores of tokens as scores of labels: each has that of its likeliest token. @param data [1, queries, tokens] */
export function bestOfLabels(
  { data, dims }: { data: Float32Array; dims: readonly number[] },
  spans: GroundingPrompt['spans'],
): { data: Float32Array; dims: readonly number[] } {
  const [, queries, tokens] = dims as [number, number, number];
  const best = new Float32Array(queries * spans.length);
  for (let query = 0; query < queries; query++)
    spans.forEach(([from, to], label) => {
      const own = data.subarray(query * tokens + from, query * tokens + to);
      best[query * spans.length + label] = own.reduce((most, score) => Math.max(most, score), -Infinity);
    });
  return { data: best, dims: [1, queries, spans.length] };
}
