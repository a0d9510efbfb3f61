import type { SpeechSpan } from '@intermodal/models';

export interface Shaping {
  /** Shorter speech is a click or a cough. */
  readonly minimumSpeechMs: number;
  /** A shorter pause is breath within a sentence. */
  readonly minimumPauseMs: number;
  /** Kept on both sides, so that soft beginnings and ends of words are not lost. */
  readonly paddingMs: number;
}

export const SHAPING: Shaping = { minimumSpeechMs: 150, minimumPauseMs: 500, paddingMs: 200 };

/**
 * A score per frame as spans: hysteresis (speech begins at `on` and lasts until the score falls below `off`), then pauses are
 * closed, clicks dropped, and what is left is padded up to half of the pause beside it.
 */
export function shapeSpans(
  scores: ArrayLike<number>,
  options: { frameMs: number; on: number; off: number; totalMs: number; shaping?: Shaping },
): SpeechSpan[] {
  const { frameMs, on, off, totalMs, shaping = SHAPING } = options;
  const raw: { start: number; end: number }[] = [];
  let start = -1;
  for (let i = 0; i <= scores.length; i++) {
    const score = scores[i] ?? -Infinity;
    if (start < 0 && score >= on) start = i;
    if (start >= 0 && score < off) {
      raw.push({ start: start * frameMs, end: i * frameMs });
      start = -1;
    }
  }
  const kept = joinSpans(raw, shaping);
  return kept.flatMap((span, i) => {
    const before = i === 0 ? Infinity : (span.start - kept[i - 1]!.end) / 2;
    const after = i === kept.length - 1 ? Infinity : (kept[i + 1]!.start - span.end) / 2;
    const startMs = Math.max(0, Math.round(span.start - Math.min(shaping.paddingMs, before)));
    const endMs = Math.min(Math.round(totalMs), Math.round(span.end + Math.min(shaping.paddingMs, after)));
    return endMs > startMs ? [{ startMs, endMs }] : [];
  });
}

/** Spans in the order of time: pauses are closed, and clicks dropped. */
export function joinSpans(
  spans: readonly { readonly start: number; readonly end: number }[],
  { minimumPauseMs, minimumSpeechMs }: Pick<Shaping, 'minimumPauseMs' | 'minimumSpeechMs'>,
): { start: number; end: number }[] {
  const closed: { start: number; end: number }[] = [];
  for (const span of spans) {
    const last = closed.at(-1);
    if (last && span.start - last.end < minimumPauseMs) last.end = span.end;
    else closed.push({ ...span });
  }
  return closed.filter((span) => span.end - span.start >= minimumSpeechMs);
}
