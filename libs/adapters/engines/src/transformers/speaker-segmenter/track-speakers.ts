import type { SpeakerTurn } from '@intermodal/models';
import { joinSpans, SHAPING } from '../../span-shaping.ts';
import { CELL_MS, HOP_CELLS, ownCells } from './cells.ts';

/** For each of the three that a window tells apart: whether they speak in each of its cells. */
export type HeardWindow = readonly (readonly boolean[])[];

/** So much both windows must have heard of somebody, together, to be sure that it is the same one: 200 ms. */
const SAME_CELLS = 10;

const ORDERS = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
] as const;

/**
 * Who speaks when, beyond single windows: those who speak in the five seconds that two windows share are the same people in both. Somebody who has
 * been silent for longer is somebody new, since nothing is known of voices.
 */
export function trackSpeakers(windows: readonly HeardWindow[], totalMs: number): SpeakerTurn[] {
  const spans = new Map<number, { start: number; end: number }[]>();
  let people: readonly (number | undefined)[] = [];
  let known = 0;
  windows.forEach((window, at) => {
    const before = windows[at - 1];
    const same = before ? sameIn(before, window) : [];
    people = window.map((cells, speaker) => {
      if (!cells.includes(true)) return undefined;
      const earlier = same[speaker];
      return (earlier === undefined ? undefined : people[earlier]) ?? known++;
    });
    const { from, to } = ownCells(at, windows.length);
    window.forEach((cells, speaker) => {
      for (let cell = from; cell < to; cell++)
        if (cells[cell]) extend(spans, people[speaker]!, (at * HOP_CELLS + cell) * CELL_MS);
    });
  });
  return numbered(
    [...spans.values()].map((one) =>
      joinSpans(one, SHAPING).flatMap(({ start, end }) =>
        start < totalMs ? [{ startMs: start, endMs: Math.min(end, totalMs) }] : [],
      ),
    ),
  );
}

/** For each speaker of a window, which one of the window before that is; undefined where nobody can tell. */
function sameIn(before: HeardWindow, window: HeardWindow): readonly (number | undefined)[] {
  const shared = window.map((cells) =>
    before.map((earlier) => {
      let both = 0;
      for (let cell = 0; cell < HOP_CELLS; cell++) if (cells[cell] && earlier[HOP_CELLS + cell]) both++;
      return both;
    }),
  );
  const sharedBy = (order: readonly number[]): number =>
    order.reduce((sum, earlier, speaker) => sum + shared[speaker]![earlier]!, 0);
  const best = ORDERS.reduce<readonly number[]>(
    (found, order) => (sharedBy(order) > sharedBy(found) ? order : found),
    ORDERS[0],
  );
  return best.map((earlier, speaker) => (shared[speaker]![earlier]! >= SAME_CELLS ? earlier : undefined));
}

function extend(spans: Map<number, { start: number; end: number }[]>, person: number, startMs: number): void {
  const own = spans.get(person) ?? [];
  spans.set(person, own);
  const last = own.at(-1);
  if (last?.end === startMs) last.end += CELL_MS;
  else own.push({ start: startMs, end: startMs + CELL_MS });
}

/** Turns in the order of time; who speaks first is 1. */
function numbered(
  people: readonly (readonly { readonly startMs: number; readonly endMs: number }[])[],
): SpeakerTurn[] {
  return people
    .filter((turns) => turns.length > 0)
    .toSorted((a, b) => a[0]!.startMs - b[0]!.startMs)
    .flatMap((turns, i) => turns.map((turn) => ({ ...turn, speaker: i + 1 })))
    .toSorted((a, b) => a.startMs - b.startMs || a.speaker - b.speaker);
}
