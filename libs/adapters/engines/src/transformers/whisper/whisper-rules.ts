import { LogitsProcessor, type Tensor } from '@huggingface/transformers';
import type { WhisperSettings } from './whisper-settings.ts';

/** What was told of one clip while it was written down. */
export interface Hearing {
  /** How likely it is that nobody speaks, 0..1. */
  nothingSaid: number;
  /** Of each token that was written, how likely it was: the natural logarithm. */
  readonly logarithms: number[];
}

/**
 * What may be written next, as Whisper's makers decode (https://github.com/openai/whisper/blob/main/whisper/decoding.py): language, task, then text
 * between two times. The library's own rules are left aside: they take English for every language, know one language for all rows,
 * and pass over how late the first time may be.
 */
export class WhisperRules extends LogitsProcessor {
  readonly hearings: readonly Hearing[];
  readonly #settings: WhisperSettings;
  readonly #language: number | undefined;

  /** @param language is found out, for each row by itself, when it is left out */
  constructor(settings: WhisperSettings, rows: number, language?: number) {
    super();
    this.#settings = settings;
    this.#language = language;
    this.hearings = Array.from({ length: rows }, () => ({ nothingSaid: 0, logarithms: [] }));
  }

  override _call(rows: bigint[][], logits: Tensor): Tensor {
    const data = logits.data as Float32Array;
    const width = logits.dims.at(-1)!;
    rows.forEach((row, at) => {
      const written = row.slice(1).map(Number);
      if (written.at(-1) === this.#settings.end) return;
      this.#step(written, data.subarray(at * width, (at + 1) * width), this.hearings[at]!);
    });
    return logits;
  }

  #step(written: readonly number[], scores: Float32Array, hearing: Hearing): void {
    const { languages, transcribe, nothingSaid } = this.#settings;
    if (written.length === 0)
      hearing.nothingSaid = Math.exp(scores[nothingSaid]! - logarithmOfSum(scores, 0, scores.length));
    if (languages && written.length === 0)
      keepOnly(scores, this.#language === undefined ? [...languages.values()] : [this.#language]);
    else if (transcribe !== null && written.length === 1) keepOnly(scores, [transcribe]);
    else this.#text(written.slice(languages ? 2 : 0), scores);
    const best = scores.reduce((most, score) => Math.max(most, score), -Infinity);
    hearing.logarithms.push(best - logarithmOfSum(scores, 0, scores.length));
  }

  #text(said: readonly number[], scores: Float32Array): void {
    const { suppressed, suppressedFirst, zero, end, latestBegin } = this.#settings;
    const forbid = (from: number, to: number): void => void scores.fill(-Infinity, from, Math.max(from, to));
    for (const token of suppressed) scores[token] = -Infinity;
    if (said.length === 0) {
      for (const token of suppressedFirst) scores[token] = -Infinity;
      forbid(0, zero);
      forbid(zero + latestBegin + 1, scores.length);
      return;
    }
    const isTime = (token: number | undefined): boolean => token !== undefined && token >= zero;
    const wasTime = isTime(said.at(-1));
    // Times stand in pairs: where a segment ends, and where the next one begins.
    const opened = wasTime && (said.length < 2 || isTime(said.at(-2)));
    if (opened) forbid(zero, scores.length);
    else if (wasTime) forbid(0, end);
    const latest = said.findLast(isTime);
    // A segment takes time, and none begins before the last one has ended.
    if (latest !== undefined) forbid(zero, wasTime ? latest : latest + 1);
    const bestWord = scores.subarray(0, zero).reduce((most, score) => Math.max(most, score), -Infinity);
    // All times together are more likely than any word.
    if (logarithmOfSum(scores, zero, scores.length) > bestWord) forbid(0, zero);
  }
}

function keepOnly(scores: Float32Array, tokens: readonly number[]): void {
  const kept = tokens.map((token) => scores[token]!);
  scores.fill(-Infinity);
  tokens.forEach((token, at) => (scores[token] = kept[at]!));
}

/** The logarithm of the sum of exponentials, of the values between two places. */
function logarithmOfSum(values: Float32Array, from: number, to: number): number {
  let most = -Infinity;
  for (let i = from; i < to; i++) most = Math.max(most, values[i]!);
  if (most === -Infinity) return -Infinity;
  let sum = 0;
  for (let i = from; i < to; i++) sum += Math.exp(values[i]! - most);
  return most + Math.log(sum);
}
