import { runnerAddress } from '../../hosts/runner.ts';
import { TOKENIZER, type Archetype } from '../archetype.ts';

/** A network that reads a text aloud in one run. */
export const VITS: Archetype = {
  name: 'voice of the kind VITS',
  modelTypes: ['vits'],
  files: TOKENIZER,
  runner: runnerAddress(import.meta.url, './vits-runner'),
  warmUp: { kind: 'speak', texts: ['a'] } satisfies SpeakTexts,
};

export interface SpeakTexts {
  readonly kind: 'speak';
  readonly texts: readonly string[];
}

export interface SpokenTexts {
  /** For each text, -1..1. */
  readonly sounds: readonly Float32Array[];
  readonly rate: number;
}

/** How a model reads sentences aloud. */
export type ReadTexts = (
  texts: readonly string[],
  options: { readonly language: string; readonly signal: AbortSignal },
) => Promise<SpokenTexts>;
