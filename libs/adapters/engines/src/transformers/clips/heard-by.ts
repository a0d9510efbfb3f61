/** What preprocessor_config.json says of sounds. */
export interface Preprocessor {
  readonly feature_extractor_type?: string;
  readonly sampling_rate?: number;
  /** Frames that an Audio Spectrogram Transformer sees; of CLAP, samples. */
  readonly max_length?: number;
  readonly nb_max_samples?: number;
}

export interface Heard {
  /** Hz. */
  readonly sampleRate: number;
  /** Of one clip, milliseconds. */
  readonly shortestMs: number;
  readonly longestMs: number;
}

/** A frame of the networks that hear waves, and of spectrograms: 25 ms, every 10 ms. */
const FRAME_MS = 25;
const HOP_MS = 10;

/** What takes sounds of any length needs memory by the square of it. */
const LONGEST_MS = 30_000;

/** What a network hears in one clip. Beyond it the library would cut off what is left over, or choose a part by chance, and say nothing. */
export function heardBy({ feature_extractor_type, ...told }: Preprocessor): Heard {
  const { sampling_rate: sampleRate = 16_000, max_length: frames, nb_max_samples: samples } = told;
  const longestMs =
    feature_extractor_type === 'ASTFeatureExtractor' && frames !== undefined
      ? FRAME_MS + (frames - 1) * HOP_MS
      : samples !== undefined
        ? Math.floor((samples / sampleRate) * 1000)
        : LONGEST_MS;
  return { sampleRate, shortestMs: FRAME_MS, longestMs };
}
