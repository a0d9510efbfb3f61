import type { Processor } from '@huggingface/transformers';

/** How a network cuts sound into frames. */
export interface FramesOfSound {
  /** It needs so much for one frame. */
  readonly shortestSamples: number;
  /** Of each of so many frames that came of a clip. */
  frameMs(clip: { readonly samples: number; readonly frames: number }): number;
}

interface Settings {
  readonly sampling_rate: number;
  /** Samples from one column of a spectrogram to the next. */
  readonly hop_length?: number;
}

/** 25 ms: what networks that hear waves need for one frame. */
const SHORTEST_WAVE = 400;

/**
 * Networks that hear waves share a clip out among their frames; those of Parakeet's kind make one of so many columns of a spectrogram, and the last may
 * be of one column only.
 * @param config of the model
 * @throws Error that says what is missing
 */
export function framesOf(config: object, processor: Processor): FramesOfSound {
  const { sampling_rate: rate, hop_length: hop } = processor.feature_extractor!.config as Settings;
  if (hop === undefined)
    return {
      shortestSamples: SHORTEST_WAVE,
      frameMs: ({ samples, frames }) => (samples / rate / frames) * 1000,
    };
  const { encoder_config: encoder } = config as { encoder_config?: { subsampling_factor?: number } };
  if (encoder?.subsampling_factor === undefined)
    throw new Error('its config.json has no encoder_config.subsampling_factor, by which words have times');
  const samples = hop * encoder.subsampling_factor;
  return { shortestSamples: samples, frameMs: () => (samples / rate) * 1000 };
}
