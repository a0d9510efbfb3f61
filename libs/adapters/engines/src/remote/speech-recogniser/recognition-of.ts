import type { Recognition, RecognisedWord } from '@intermodal/models';
import { z } from 'zod';

const seconds = z.number().nonnegative();

/** What `/audio/transcriptions` answers; which times there are depends on the server. */
export const Transcription = z.object({
  text: z.string(),
  words: z.array(z.object({ word: z.string(), start: seconds, end: seconds })).nullish(),
  segments: z.array(z.object({ text: z.string(), start: seconds, end: seconds })).nullish(),
});

interface Span {
  readonly text: string;
  readonly startMs: number;
  readonly endMs: number;
}

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
    words: inOrder((spans.length > 0 ? spans : [whole]).flatMap(shared), durationMs),
  };
}

const wordsOf = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');

const spanOf = (text: string, start: number, end: number): Span => ({
  text: text.trim(),
  startMs: Math.round(start * 1000),
  endMs: Math.round(end * 1000),
});

/** The words of a span, each with its share of the time. */
function shared({ text, startMs, endMs }: Span): Span[] {
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

/** Servers round: words overlap by a little, take no time, or end after the recording. */
function inOrder(spans: readonly Span[], durationMs: number): RecognisedWord[] {
  let least = 0;
  return spans
    .filter(({ text }) => text !== '')
    .toSorted((a, b) => a.startMs - b.startMs)
    .map(({ text, startMs, endMs }) => {
      const begin = Math.max(least, Math.min(startMs, durationMs - 1));
      least = Math.max(begin + 1, Math.min(endMs, durationMs));
      return { text, startMs: begin, endMs: least };
    });
}
