import { defineCapability } from '../capability.ts';

export interface SpeakerTurn {
  /** Milliseconds from the beginning of the audio; endMs > startMs. Turns of several people may overlap. */
  readonly startMs: number;
  readonly endMs: number;
  /** From 1, in the order in which they first speak. One number is one person; one person may have several numbers. */
  readonly speaker: number;
}

/** Tells who speaks when, without names. */
export interface SpeakerDiariser {
  /**
   * @param path 16 kHz mono 16-bit WAV
   * @returns in the order of time; none when nobody speaks
   */
  diarise(path: string, options: { signal: AbortSignal }): Promise<readonly SpeakerTurn[]>;
}

export const SpeakerDiariser = defineCapability<SpeakerDiariser>('SpeakerDiariser');
