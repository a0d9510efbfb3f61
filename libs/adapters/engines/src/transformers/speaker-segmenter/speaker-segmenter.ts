import { runnerAddress } from '../../hosts/runner.ts';
import type { Archetype } from '../archetype.ts';

/** A network that tells, of every moment of ten seconds, which of up to three people speak. */
export const SPEAKER_SEGMENTER: Archetype = {
  name: 'speaker segmenter',
  modelTypes: ['pyannote'],
  files: ['preprocessor_config.json'],
  runner: runnerAddress(import.meta.url, './speaker-segmenter-runner'),
  warmUp: { kind: 'segment', clips: [new Float32Array(160_000)] } satisfies SegmentClips,
};

/** So many people at most are told apart in a clip; their order says nothing beyond it. */
export const SPEAKERS = 3;

export interface SegmentClips {
  readonly kind: 'segment';
  /** 16 kHz, -1..1. */
  readonly clips: readonly Float32Array[];
}

/** Of each clip. */
export type SegmentedClips = readonly SegmentedClip[];

export interface SegmentedClip {
  /** How likely it is that somebody speaks, 0..1, in each of its frames, which are of one length. */
  readonly speech: Float32Array;
  /** The same of each speaker. */
  readonly speakers: readonly Float32Array[];
}
