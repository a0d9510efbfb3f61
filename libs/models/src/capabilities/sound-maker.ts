import { defineCapability } from '../capability.ts';

/** Makes a sound, such as music, of what it is told. */
export interface SoundMaker {
  /**
   * The same words, seed and guidance give the same sound.
   * @throws IntermodalError `input.too_large` for a description beyond the context, or more seconds than the model has room for
   */
  make(description: string, options: MakeOptions): Promise<MadeSound>;
}

export interface MakeOptions {
  /** How long the sound is to be: to the sample. */
  readonly seconds: number;
  /** A whole number from 0; another one gives another sound. */
  readonly seed: number;
  /**
   * How many times as much the description counts as it would by itself, from 1
   * (classifier-free guidance, https://arxiv.org/abs/2207.12598).
   */
  readonly guidance: number;
  /** Told how much is done, 0..1. */
  readonly onProgress?: ((share: number) => void) | undefined;
  readonly signal: AbortSignal;
}

export interface MadeSound {
  /** Mono; what is loud may go beyond -1..1. */
  readonly samples: Float32Array;
  /** Hz */
  readonly sampleRate: number;
}

export const SoundMaker = defineCapability<SoundMaker>('SoundMaker');
