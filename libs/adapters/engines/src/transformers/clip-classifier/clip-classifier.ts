import { runnerAddress } from '../../hosts/runner.ts';
import type { Archetype } from '../archetype.ts';

/** A network that gives a score for each of its labels, of a stretch of sound as a whole. */
export const CLIP_CLASSIFIER: Archetype = {
  name: 'classifier of sounds',
  modelTypes: [
    'audio-spectrogram-transformer',
    ...['wav2vec2', 'wav2vec2-bert', 'hubert', 'unispeech', 'unispeech-sat', 'wavlm'],
  ],
  classes: /For(Audio|Sequence)Classification$/,
  files: ['preprocessor_config.json'],
  runner: runnerAddress(import.meta.url, './clip-classifier-runner'),
  warmUp: { kind: 'classify', clips: [new Float32Array(16_000)] } satisfies ClassifyClips,
};

export interface ClassifyClips {
  readonly kind: 'classify';
  /** At the rate of the model, -1..1. */
  readonly clips: readonly Float32Array[];
}

/** Of each clip the score of every label, 0..1. */
export type ClipScores = readonly (readonly number[])[];
