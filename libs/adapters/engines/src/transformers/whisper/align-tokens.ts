/**
 * When each token was said: the path through its attention that hears all of it (dynamic time warping, as Whisper's makers do it:
 * https://github.com/openai/whisper/blob/main/whisper/timing.py).
 * @param heads for each head, for each token in their order, how much it attended to each frame
 * @returns the frame in which each token begins
 */
export function alignTokens(heads: readonly (readonly Float32Array[])[]): number[] {
  const [tokens, frames] = [heads[0]!.length, heads[0]![0]!.length];
  const cost = Array.from({ length: tokens }, () => new Float64Array(frames));
  for (const head of heads)
    normalised(head).forEach((row, token) =>
      medians(row).forEach((value, frame) => (cost[token]![frame]! -= value / heads.length)),
    );
  return firstFrames(cost);
}

const MEDIAN_WIDTH = 7;

/** Each frame against how much all tokens attend to it. */
function normalised(rows: readonly Float32Array[]): Float64Array[] {
  const out = rows.map((row) => new Float64Array(row.length));
  for (let frame = 0; frame < rows[0]!.length; frame++) {
    const mean = rows.reduce((sum, row) => sum + row[frame]!, 0) / rows.length;
    const variance = rows.reduce((sum, row) => sum + (row[frame]! - mean) ** 2, 0) / rows.length;
    // All tokens are deaf, or attend alike, to a frame that tells nothing.
    if (variance > 0)
      rows.forEach((row, token) => (out[token]![frame] = (row[frame]! - mean) / Math.sqrt(variance)));
  }
  return out;
}

function medians(row: Float64Array): Float64Array {
  const reach = (MEDIAN_WIDTH - 1) / 2;
  const mirrored = (at: number): number => {
    const inside = at < 0 ? -at : at >= row.length ? 2 * (row.length - 1) - at : at;
    return row[Math.max(0, Math.min(row.length - 1, inside))]!;
  };
  return row.map((_, at) => {
    const window = Array.from({ length: MEDIAN_WIDTH }, (__, i) => mirrored(at - reach + i));
    return window.sort((a, b) => a - b)[reach]!;
  });
}

/** The cheapest way from the first token and frame to the last, by steps to the next token, the next frame, or both. */
function firstFrames(cost: readonly Float64Array[]): number[] {
  const [tokens, frames] = [cost.length, cost[0]!.length];
  const sums = cost.map(() => new Float64Array(frames).fill(Infinity));
  for (let token = 0; token < tokens; token++)
    for (let frame = 0; frame < frames; frame++) {
      const before = token === 0 && frame === 0 ? 0 : Math.min(...reachedFrom(sums, token, frame));
      sums[token]![frame] = cost[token]![frame]! + before;
    }
  const first = new Array<number>(tokens).fill(0);
  let [token, frame] = [tokens - 1, frames - 1];
  while (token > 0 || frame > 0) {
    first[token] = frame;
    const [both, nextToken, nextFrame] = reachedFrom(sums, token, frame);
    if (both < nextToken && both < nextFrame) [token, frame] = [token - 1, frame - 1];
    else if (nextToken < nextFrame) token--;
    else frame--;
  }
  first[0] = 0;
  return first;
}

const reachedFrom = (
  sums: readonly Float64Array[],
  token: number,
  frame: number,
): [both: number, nextToken: number, nextFrame: number] => [
  sums[token - 1]?.[frame - 1] ?? Infinity,
  sums[token - 1]?.[frame] ?? Infinity,
  sums[token]?.[frame - 1] ?? Infinity,
];
