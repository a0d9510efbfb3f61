/** What the config.json of a model of MusicGen's kind says of the sounds that it makes. */
export interface SoundShape {
  /** Hz */
  readonly sampleRate: number;
  /** Samples of a frame, which is the piece that one code of each book makes. */
  readonly frameSamples: number;
  /** Books of codes; the codes of a frame are of all of them. */
  readonly books: number;
  /** Steps that it can go on for. */
  readonly steps: number;
}

export interface SoundSteps {
  /** Of the sound that was asked for. */
  readonly samples: number;
  /** A frame each, and beyond those one for each book but the first: it is a step behind the one before (the delay pattern of https://arxiv.org/abs/2306.05284). */
  readonly steps: number;
}

/** @throws Error which field is missing, or what of the model cannot be opened */
export function soundShapeOf(config: object): SoundShape {
  const { audio_encoder: encoder = {}, decoder = {} } = config as {
    audio_encoder?: { sampling_rate?: number; upsampling_ratios?: readonly number[] };
    decoder?: { num_codebooks?: number; audio_channels?: number; max_position_embeddings?: number };
  };
  const { audio_channels: channels = 1, max_position_embeddings: steps = Infinity } = decoder;
  if (channels !== 1)
    throw new Error(`it makes sounds of ${channels} channels, and the library knows those of one only`);
  return {
    sampleRate: told(encoder.sampling_rate, 'audio_encoder.sampling_rate'),
    frameSamples: told(encoder.upsampling_ratios, 'audio_encoder.upsampling_ratios').reduce(
      (product, ratio) => product * ratio,
      1,
    ),
    books: told(decoder.num_codebooks, 'decoder.num_codebooks'),
    steps,
  };
}

/** How many steps a sound takes. */
export function stepsFor(seconds: number, { sampleRate, frameSamples, books }: SoundShape): SoundSteps {
  const samples = Math.round(seconds * sampleRate);
  return { samples, steps: Math.ceil(samples / frameSamples) + books - 1 };
}

/** The longest sound that there is room for, in hundredths of a second. */
export const longestSeconds = ({ sampleRate, frameSamples, books, steps }: SoundShape): number =>
  Math.floor((100 * Math.max(0, steps - (books - 1)) * frameSamples) / sampleRate) / 100;

function told<Value>(value: Value | undefined, field: string): Value {
  if (value === undefined) throw new Error(`its config.json has no ${field}`);
  return value;
}
