import type { NamedThing } from './task-words.ts';

interface SureToken {
  readonly id: number;
  /** How likely it was, of all tokens. */
  readonly share: number;
}

/** So many steps a picture has from edge to edge: https://arxiv.org/abs/2311.06242 */
const STEPS = 1_000;

/**
 * What is written as `dog<loc_12><loc_40><loc_300><loc_990>` and so on, the surest first: two corners behind each label, and more where there
 * are several of a kind. Its score is the geometric mean of how likely the tokens of its label were. What is cut off is left out.
 */
export function readThings(
  tokens: readonly SureToken[],
  { signOf, textOf }: { signOf: (id: number) => string; textOf: (ids: readonly number[]) => string },
): readonly NamedThing[] {
  const things: NamedThing[] = [];
  let label: SureToken[] = [];
  let places: number[] = [];
  let isPlaced = false;
  for (const token of tokens) {
    const place = /^<loc_(\d+)>$/.exec(signOf(token.id).trim());
    if (!place) {
      if (isPlaced || places.length > 0) label = [];
      [places, isPlaced] = [[], false];
      label.push(token);
      continue;
    }
    // The middle of its step.
    places.push((Number(place[1]) + 0.5) / STEPS);
    if (places.length < 4) continue;
    const [left, top, right, bottom] = places as [number, number, number, number];
    [places, isPlaced] = [[], true];
    const text = textOf(label.map(({ id }) => id)).toLowerCase();
    if (text === '' || right < left || bottom < top) continue;
    const logs = label.map(({ share }) => Math.log(share));
    things.push({
      label: text,
      score: Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length),
      centre: [(left + right) / 2, (top + bottom) / 2],
      size: [right - left, bottom - top],
    });
  }
  return things.sort((a, b) => b.score - a.score);
}
