import type { PreTrainedTokenizer } from '@huggingface/transformers';
import type { RecognisedWord } from '@intermodal/models';
import { inOrder, sharedTimes } from '../../word-times.ts';
import type { TranscribedClip } from '../clips/requests.ts';
import { spelt, spokenWords } from './spoken-words.ts';
import type { Hearing } from './whisper-rules.ts';
import { STEP_MS, type WhisperSettings } from './whisper-settings.ts';

export interface WrittenClip {
  readonly tokenizer: PreTrainedTokenizer;
  readonly settings: WhisperSettings;
  /** All that was written, without the end. */
  readonly tokens: readonly number[];
  readonly hearing: Hearing;
  readonly durationMs: number;
  /** When each of these places in `tokens` was said, milliseconds, where the model tells; one more than there are places. */
  readonly said?: ((places: readonly number[]) => readonly number[]) | undefined;
}

/** Beyond both nobody speaks, and the text is invented (as Whisper's makers have it: no_speech_threshold, logprob_threshold). */
const NOTHING_SAID = 0.6;
const INVENTED = -1;

/** What the tokens of a clip say. */
export function readClip(clip: WrittenClip): TranscribedClip {
  const { tokenizer, settings, tokens, durationMs } = clip;
  const language = languageOf(clip);
  const places = tokens.flatMap((token, at) => (token < settings.end ? [at] : []));
  const text = spelt(
    tokenizer,
    places.map((at) => tokens[at]!),
  ).trim();
  if (text === '' || isInvented(clip)) return { language, text: '', words: [] };
  return {
    language,
    text,
    words: inOrder(clip.said ? wordsHeard(clip, places) : wordsShared(clip), durationMs),
  };
}

function isInvented({ settings: { languages }, hearing: { nothingSaid, logarithms } }: WrittenClip): boolean {
  // Language and task are not part of what was said.
  const said = logarithms.slice(languages ? 2 : 0);
  const mean = said.reduce((sum, one) => sum + one, 0) / said.length;
  return nothingSaid > NOTHING_SAID && mean < INVENTED;
}

function languageOf({ settings: { languages }, tokens }: WrittenClip): string | null {
  if (!languages) return 'en';
  return [...languages].find(([, id]) => id === tokens[0])?.[0] ?? null;
}

function wordsHeard(clip: WrittenClip, places: readonly number[]): RecognisedWord[] {
  const { tokenizer, tokens, hearing } = clip;
  const times = clip.said!(places);
  const words = spokenWords(
    tokenizer,
    places.map((at) => tokens[at]!),
    languageOf(clip),
  );
  return words.map(({ text, from, to }) => {
    const likely = places.slice(from, to).map((at) => hearing.logarithms[at]!);
    const confidence = Math.exp(likely.reduce((sum, one) => sum + one, 0) / likely.length);
    return { text, startMs: times[from]!, endMs: times[to]!, confidence: Math.min(1, confidence) };
  });
}

function wordsShared(clip: WrittenClip): RecognisedWord[] {
  const { tokenizer } = clip;
  return segmentsOf(clip).flatMap(({ tokens, startMs, endMs }) =>
    sharedTimes({ text: spelt(tokenizer, tokens), startMs, endMs }),
  );
}

/** Between two times is a segment; the last one may be cut off. */
export function segmentsOf({
  settings: { zero, end },
  tokens,
  durationMs,
}: Pick<WrittenClip, 'settings' | 'tokens' | 'durationMs'>): {
  tokens: number[];
  startMs: number;
  endMs: number;
}[] {
  const segments: { tokens: number[]; startMs: number; endMs: number }[] = [];
  let said: number[] = [];
  let startMs = 0;
  const close = (endMs: number): void => {
    if (said.length > 0) segments.push({ tokens: said, startMs, endMs });
    said = [];
    startMs = endMs;
  };
  for (const token of tokens) {
    if (token >= zero) close(Math.min(durationMs, (token - zero) * STEP_MS));
    else if (token < end) said.push(token);
  }
  close(durationMs);
  return segments;
}
