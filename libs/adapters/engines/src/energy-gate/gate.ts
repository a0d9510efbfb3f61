import type { SpeechSpan } from '@intermodal/models';
import { shapeSpans } from '../span-shaping.ts';

export const FRAME_MS = 20;
/** The background is looked for within 5 s on both sides, anew every second. */
const REACH_FRAMES = 250;
const STEP_FRAMES = 50;

/** All in decibels. */
const GATE = {
  /** Where loud and quiet differ by less, nobody speaks: speech swells and falls with its syllables. */
  smallestRange: 6,
  /** Speech begins this part of the range above the background, within these bounds, and ends at half of it. */
  rise: { part: 0.35, least: 4, most: 12 },
  /** Below this, nothing is speech. */
  quietest: -60,
} as const;

/**
 * Speech spans by level. An adaptive energy detector: the background level is a low percentile of the levels around (quantile
 * noise estimation: Stahl, Fischer, Bippus, "Quantile based noise estimation for spectral subtraction and Wiener filtering",
 * ICASSP 2000), the threshold stands above it by a part of the local dynamic range, and short pauses and clicks are mended as
 * in the hang-over schemes of telephone codecs (ITU-T G.729 Annex B). A span that does not swell and fall is noise.
 */
export function gate(levels: Float32Array, totalMs: number): SpeechSpan[] {
  const scores = new Float32Array(levels.length);
  for (let from = 0; from < levels.length; from += STEP_FRAMES) {
    const threshold = thresholdAround(levels, from + STEP_FRAMES / 2);
    const to = Math.min(from + STEP_FRAMES, levels.length);
    for (let i = from; i < to; i++) scores[i] = scoreOf(levels[i]!, threshold);
  }
  const spans = shapeSpans(scores, { frameMs: FRAME_MS, on: 1, off: 0.5, totalMs });
  return spans.filter((span) => swells(levels, span));
}

interface Threshold {
  readonly background: number;
  readonly rise: number;
}

function thresholdAround(levels: Float32Array, middle: number): Threshold | undefined {
  const around = levels.slice(Math.max(0, middle - REACH_FRAMES), middle + REACH_FRAMES).sort();
  const background = percentile(around, 0.1);
  const range = percentile(around, 0.95) - background;
  if (range < GATE.smallestRange) return undefined;
  const rise = Math.min(Math.max(range * GATE.rise.part, GATE.rise.least), GATE.rise.most);
  return { background: Math.max(background, GATE.quietest - rise), rise };
}

/** 0 at the background, 1 where speech begins. */
const scoreOf = (level: number, threshold: Threshold | undefined): number =>
  threshold ? (level - threshold.background) / threshold.rise : -Infinity;

/** Whether a span is louder and softer, as speech is, and not one steady sound. */
function swells(levels: Float32Array, span: SpeechSpan): boolean {
  const first = Math.floor(span.startMs / FRAME_MS);
  const last = Math.ceil(span.endMs / FRAME_MS);
  const sorted = levels.slice(first, last).sort();
  // The louder half: in steady noise all of it is as loud; in speech it spans vowels and consonants.
  return sorted.at(-1)! - sorted[Math.floor(sorted.length / 2)]! >= 3;
}

const percentile = (sorted: Float32Array, part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]!;
