import type { Recognition } from '@intermodal/models';
import { z } from 'zod';
import { inOrder, sharedTimes, wordsOf, type TimedText } from '../../word-times.ts';

const seconds = z.number().nonnegative();

/** What `/audio/transcriptions` answers; which times there are depends on the server. */
export const Transcription = z.object({
  text: z.string(),
  /** A code, or as OpenAI has it: `english`. */
  language: z.string().nullish(),
  words: z.array(z.object({ word: z.string(), start: seconds, end: seconds })).nullish(),
  segments: z.array(z.object({ text: z.string(), start: seconds, end: seconds })).nullish(),
});

/**
 * The words of a transcription in the order of their times. Where the server gives times of segments only, or none, the words
 * share the time of their segment, or of the whole recording, by their length: an estimate.
 */
export function recognitionOf(
  { text, words, segments }: z.output<typeof Transcription>,
  durationMs: number,
): Recognition {
  const said = wordsOf(text);
  if (said.length === 0) return { text: '', words: [] };
  const timed = (words ?? []).map(({ word, start, end }) => spanOf(word, start, end));
  if (timed.length > 0) {
    // The words of servers come without punctuation; the text has it.
    const named = timed.length === said.length ? timed.map((it, i) => ({ ...it, text: said[i]! })) : timed;
    return { text: text.trim(), words: inOrder(named, durationMs) };
  }
  const spans = (segments ?? []).map(({ text: part, start, end }) => spanOf(part, start, end));
  const whole = { text, startMs: 0, endMs: durationMs };
  return {
    text: text.trim(),
    words: inOrder((spans.length > 0 ? spans : [whole]).flatMap(sharedTimes), durationMs),
  };
}

const spanOf = (text: string, start: number, end: number): TimedText => ({
  text: text.trim(),
  startMs: Math.round(start * 1000),
  endMs: Math.round(end * 1000),
});

const ENGLISH_NAMES = new Intl.DisplayNames('en', { type: 'language' });

/** The code of a language by what a server calls it: a code, or its English name. */
export function languageCalled(
  name: string | null | undefined,
  codes: readonly string[],
): string | undefined {
  const called = name?.toLowerCase();
  return codes.find((code) => code === called || ENGLISH_NAMES.of(code)?.toLowerCase() === called);
}
