import { writeSamples } from '../make-wav.ts';
import { makeOnnx } from '../onnx/make-onnx.ts';
import { jsonFile, tableOf, type ModelFolder } from './model-folder.ts';
import { ENGLISH, hertzOf } from './tone-words.ts';

/** Words of several pieces; each other one is a piece by itself. */
const SPLIT: Readonly<Record<string, readonly string[]>> = {
  station: ['sta', 'tion'],
  weather: ['wea', 'ther'],
};
const piecesOf = (word: string): string[] =>
  (SPLIT[word] ?? [word]).map((piece, at) => (at === 0 ? `▁${piece}` : piece));
const PIECES = ENGLISH.flatMap(piecesOf);
const UNKNOWN = '<unk>';
const BLANK = '<pad>';
const VOCABULARY = [UNKNOWN, ...PIECES, BLANK];

const RATE = 16_000;
const BANDS = 80;
/** From one column of the spectrogram to the next: 10 ms. */
const HOP = 160;
const SUBSAMPLING = 8;

/**
 * A piece is a melody: what the library makes of a band is how far it is from its own mean, so that one tone which lasts could not be told from another.
 * Each melody has each tone once, so that two of them have three tones at the same time at most.
 */
const TONES = 11;
const TONE_COLUMNS = 4;
const PIECE_COLUMNS = TONES * TONE_COLUMNS;
export const PIECE_MS = (PIECE_COLUMNS * HOP * 1000) / RATE;

/** Both are permutations of the field of 11: i -> a*i and i -> a*i^3. */
const toneAt = (piece: number, at: number): number =>
  ((1 + (piece % (TONES - 1))) * (piece < TONES - 1 ? at : at ** 3)) % TONES;
/** So far apart that the tones are not mixed up. */
const bandOf = (tone: number): number => 8 + 6 * tone;

/** A network of Parakeet's kind that knows the words of `toneSpeech`, said as melodies: for each 80 ms a piece of a word, or nothing. */
export function tonePiecesFolder(): ModelFolder {
  return {
    'config.json': jsonFile({
      ...{ model_type: 'parakeet_ctc', architectures: ['ParakeetForCTC'] },
      ...{ vocab_size: VOCABULARY.length, pad_token_id: VOCABULARY.indexOf(BLANK) },
      encoder_config: {
        ...{ model_type: 'parakeet_encoder', num_mel_bins: BANDS, subsampling_factor: SUBSAMPLING },
      },
    }),
    'preprocessor_config.json': jsonFile({
      ...{ feature_extractor_type: 'ParakeetFeatureExtractor', processor_class: 'ParakeetProcessor' },
      ...{ feature_size: BANDS, hop_length: HOP, n_fft: 512, win_length: 400, preemphasis: 0.97 },
      ...{ padding_side: 'right', padding_value: 0, return_attention_mask: true, sampling_rate: RATE },
    }),
    'tokenizer_config.json': jsonFile({
      ...{ tokenizer_class: 'ParakeetTokenizerFast', processor_class: 'ParakeetProcessor' },
      ...{ pad_token: BLANK, unk_token: UNKNOWN, clean_up_tokenization_spaces: false },
    }),
    'tokenizer.json': tokenizer(),
    'onnx/model.onnx': network(),
  };
}

function tokenizer(): Uint8Array {
  const space = { replacement: '▁', prepend_scheme: 'always', split: false };
  return jsonFile({
    ...{ version: '1.0', truncation: null, padding: null, normalizer: null, post_processor: null },
    added_tokens: [UNKNOWN, BLANK].map((content) => ({
      ...{ id: VOCABULARY.indexOf(content), content, special: true, single_word: false },
      ...{ lstrip: false, rstrip: false, normalized: false },
    })),
    pre_tokenizer: { type: 'Metaspace', ...space },
    decoder: { type: 'Metaspace', ...space },
    model: {
      ...{ type: 'BPE', unk_token: UNKNOWN, fuse_unk: true, byte_fallback: false, merges: [] },
      // The blank is no piece: it is among the added tokens only.
      vocab: Object.fromEntries(VOCABULARY.slice(0, -1).map((token, id) => [token, id])),
    },
  });
}

/** [batch, columns, 80] -> [batch, columns / 8, tokens]. What the mask leaves out is not heard. */
function network(): Uint8Array {
  const melodies = new Float32Array(PIECES.length * TONES * PIECE_COLUMNS);
  PIECES.forEach((_, piece) => {
    for (let at = 0; at < TONES; at++)
      // The first column of each tone hears the one before it, too.
      for (let column = 1; column < TONE_COLUMNS; column++) {
        const row = piece * TONES + toneAt(piece, at);
        melodies[row * PIECE_COLUMNS + at * TONE_COLUMNS + column] = 1 / (TONES * (TONE_COLUMNS - 1));
      }
  });
  const silence = Float32Array.from(VOCABULARY, (token) =>
    token === BLANK ? 0 : token === UNKNOWN ? -60 : -SURE * HEARD,
  );
  return makeOnnx({
    inputs: {
      input_features: ['batch_size', 'columns', BANDS],
      attention_mask: { type: 'int64', dims: ['batch_size', 'columns'] },
    },
    outputs: { logits: ['batch_size', 'frames', VOCABULARY.length] },
    nodes: [
      { operator: 'Cast', inputs: ['attention_mask'], outputs: ['mask'], attributes: { to: 1 } },
      { operator: 'Unsqueeze', inputs: ['mask', 'last'], outputs: ['shown'] },
      { operator: 'Mul', inputs: ['input_features', 'shown'], outputs: ['features'] },
      // Which tone is far above its mean, among all of them; in silence none is.
      { operator: 'MatMul', inputs: ['features', 'bands'], outputs: ['loud'] },
      { operator: 'Softmax', inputs: ['loud'], outputs: ['shares'], attributes: { axis: 2 } },
      { operator: 'Transpose', inputs: ['shares'], outputs: ['tones'], attributes: { perm: [0, 2, 1] } },
      { operator: 'Pad', inputs: ['tones', 'behind'], outputs: ['longer'] },
      {
        operator: 'Conv',
        inputs: ['longer', 'melodies'],
        outputs: ['begins'],
        attributes: { kernel_shape: [PIECE_COLUMNS] },
      },
      // It goes on for a while, and ends before the next one begins.
      {
        operator: 'MaxPool',
        inputs: ['begins'],
        outputs: ['lasts'],
        attributes: { kernel_shape: [LASTS], pads: [LASTS - 1, 0], strides: [1] },
      },
      {
        operator: 'MaxPool',
        inputs: ['lasts'],
        outputs: ['sampled'],
        attributes: { kernel_shape: [1], strides: [SUBSAMPLING] },
      },
      { operator: 'Transpose', inputs: ['sampled'], outputs: ['frames'], attributes: { perm: [0, 2, 1] } },
      { operator: 'MatMul', inputs: ['frames', 'pieces'], outputs: ['heard'] },
      { operator: 'Add', inputs: ['heard', 'silence'], outputs: ['logits'] },
    ],
    weights: {
      melodies: { dims: [PIECES.length, TONES, PIECE_COLUMNS], data: melodies },
      bands: tableOf(BANDS, TONES, (band) => (isTone(band) ? [[(band - 8) / 6, 4]] : [])),
      pieces: tableOf(PIECES.length, VOCABULARY.length, (piece) => [[piece + 1, SURE]]),
      silence: { dims: [VOCABULARY.length], data: silence },
      behind: { dims: [6], data: BigInt64Array.of(0n, 0n, 0n, 0n, 0n, BigInt(PIECE_COLUMNS - 1)) },
      last: { dims: [1], data: BigInt64Array.of(2n) },
    },
  });
}

const isTone = (band: number): boolean => Array.from({ length: TONES }, (_, at) => bandOf(at)).includes(band);
/** Of a melody, beyond which it is one. */
const HEARD = 0.6;
const SURE = 40;
const LASTS = 32;

/**
 * Writes speech that this model understands, as 16 kHz mono WAV: 440 ms for each word, two words twice as long.
 * @param options.pauseMs silence before, between and after the sentences
 */
export const writeMelodicSpeech = (
  path: string,
  sentences: readonly string[],
  options: { pauseMs: number },
): Promise<void> => writeSamples(path, melodicSpeech(sentences, options));

export function melodicSpeech(sentences: readonly string[], { pauseMs }: { pauseMs: number }): Int16Array {
  const pause = new Int16Array((pauseMs * RATE) / 1000);
  const parts = [pause, ...sentences.flatMap((sentence) => [...melodiesOf(sentence), pause])];
  const all = new Int16Array(parts.reduce((sum, { length }) => sum + length, 0));
  parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
  return all;
}

function melodiesOf(sentence: string): Int16Array[] {
  return sentence.split(' ').flatMap((word) => {
    if (!ENGLISH.includes(word))
      throw new Error(`'${word}' of '${sentence}' is no word of the speech models of the tests.`);
    return piecesOf(word).map((piece) =>
      Int16Array.from({ length: PIECE_COLUMNS * HOP }, (_, i) => {
        const tone = toneAt(PIECES.indexOf(piece), Math.floor(i / (TONE_COLUMNS * HOP)));
        return 10_000 * Math.sin((2 * Math.PI * hertzOf(bandOf(tone)) * i) / RATE);
      }),
    );
  });
}
