import type { SpeechSpan } from '../capabilities/speech-detector.ts';

/** Recognisers slow down and lose their way in longer pieces; translators want a sentence or a few. */
export const LONGEST_SEGMENT_MS = 20_000;
const FRAME_MS = 50;
/** A cut is looked for in the later part, so that pieces do not become too short. */
const EARLIEST_CUT = 0.4;

/**
 * Splits spans that are too long at their quietest moment.
 * @param levels loudness of each frame of 50 ms, any unit, from the beginning of the recording
 */
export function splitLongSpans(
  spans: readonly SpeechSpan[],
  levels: ArrayLike<number>,
  longestMs: number = LONGEST_SEGMENT_MS,
): SpeechSpan[] {
  return spans.flatMap((span) => {
    const pieces: SpeechSpan[] = [];
    let { startMs } = span;
    while (span.endMs - startMs > longestMs) {
      const cutMs = quietest(levels, startMs + longestMs * EARLIEST_CUT, startMs + longestMs);
      pieces.push({ startMs, endMs: cutMs });
      startMs = cutMs;
    }
    return [...pieces, { startMs, endMs: span.endMs }];
  });
}

/** The middle of the quietest 150 ms: one quiet frame may be within a word. */
function quietest(levels: ArrayLike<number>, fromMs: number, toMs: number): number {
  const around = (i: number) => (levels[i - 1] ?? 0) + (levels[i] ?? 0) + (levels[i + 1] ?? 0);
  const last = Math.floor(toMs / FRAME_MS) - 1;
  let best = Math.ceil(fromMs / FRAME_MS);
  for (let i = best; i <= last; i++) if (around(i) < around(best)) best = i;
  return best * FRAME_MS + FRAME_MS / 2;
}

/** Mean square of each frame, from blocks of samples. */
export async function frameLevels(blocks: AsyncIterable<Int16Array>, sampleRate: number): Promise<number[]> {
  const frameSamples = (sampleRate * FRAME_MS) / 1000;
  const levels: number[] = [];
  let energy = 0;
  let filled = 0;
  for await (const block of blocks) {
    for (const sample of block) {
      energy += sample * sample;
      if (++filled < frameSamples) continue;
      levels.push(energy / filled);
      energy = filled = 0;
    }
  }
  return levels;
}
