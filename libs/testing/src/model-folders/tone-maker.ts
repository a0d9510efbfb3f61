import { makeOnnx } from '../onnx/make-onnx.ts';
import { maskedSum } from './masked-sum.ts';
import { mergedDecoder } from './merged-decoder.ts';
import { jsonFile, tableOf, type ModelFolder } from './model-folder.ts';
import { tokenizerFiles, vocabularyOf } from './tokenizer-files.ts';

/** Hertz of the tones that `toneMakerFolder` makes: whole waves of each fit into a frame. */
export const MADE_TONES = { low: 400, high: 1_000 } as const;

const TONES = Object.values(MADE_TONES);
/** What each word says of the tones, and a sign that nobody is to write. */
const WORDS: Readonly<Record<string, readonly number[]>> = {
  ...{ a: [0, 0], sound: [0, 0], and: [0, 0] },
  ...{ low: [1, 0], high: [0, 1], lowish: [0.1, 0] },
  '<s>': [0, 2],
};
/** By which that is multiplied. */
const SURE = 10;
const BOOKS = 4;
const RATE = 32_000;
const RATIOS = [8, 5, 4, 4];
const FRAME = RATIOS.reduce((product, ratio) => product * ratio, 1);
const CONTEXT_TOKENS = 24;

export interface ToneMakerOptions {
  /** So many steps it can go on for. */
  readonly positions?: number;
  /** Which of its networks gives what is no number. */
  readonly broken?: 'decoder_model_merged' | 'encodec_decode';
  readonly channels?: number;
}

/**
 * A model of MusicGen's kind that makes the tone that is named, and of several one or the other in each frame, as chance has it. Only the first
 * book of codes hears the description; each other one repeats what the one before it said a step ago, which is of the same frame. A frame
 * is the mean of the tones of all its books: a pure tone where they are of one frame, and none else.
 */
export function toneMakerFolder({
  positions = 2_048,
  broken,
  channels = 1,
}: ToneMakerOptions = {}): ModelFolder {
  const tokenizer = {
    ...{
      words: Object.keys(WORDS).filter((word) => word !== '<s>'),
      kind: 'T5Tokenizer',
      around: ['$A', '</s>'],
    },
    contextTokens: CONTEXT_TOKENS,
  };
  const vocabulary = vocabularyOf(tokenizer);
  const codes = TONES.length;
  // Beyond the codes, as in MusicGen: none of them is drawn.
  const signs = { pad_token_id: codes, bos_token_id: codes, decoder_start_token_id: codes };
  const sum = maskedSum(
    tableOf(vocabulary.length, codes, (row) =>
      (WORDS[vocabulary[row]!] ?? []).map((says, code) => [code, says] as const),
    ),
    'summed',
  );
  const wrongIn = (network: ToneMakerOptions['broken'], value: number) => (broken === network ? NaN : value);
  return {
    ...tokenizerFiles(tokenizer),
    'config.json': jsonFile({
      ...{ model_type: 'musicgen', architectures: ['MusicgenForConditionalGeneration'] },
      ...{ is_encoder_decoder: true, text_encoder: { model_type: 't5' } },
      audio_encoder: {
        ...{ model_type: 'encodec', sampling_rate: RATE, upsampling_ratios: RATIOS, codebook_size: codes },
        audio_channels: channels,
      },
      decoder: {
        ...{ model_type: 'musicgen_decoder', hidden_size: 1, num_hidden_layers: 1, num_attention_heads: 1 },
        ...{ vocab_size: codes, num_codebooks: BOOKS, max_position_embeddings: positions },
        ...{ audio_channels: channels, pad_token_id: codes, bos_token_id: codes },
      },
    }),
    'generation_config.json': jsonFile({ ...signs, do_sample: true, guidance_scale: 3, max_length: 1_500 }),
    'onnx/text_encoder.onnx': makeOnnx({
      ...sum,
      outputs: { last_hidden_state: ['batch', 1, codes] },
      nodes: [
        ...sum.nodes,
        { operator: 'Unsqueeze', inputs: ['summed', 'along'], outputs: ['last_hidden_state'] },
      ],
    }),
    'onnx/decoder_model_merged.onnx': mergedDecoder({
      ...{ tokens: codes, width: codes, masked: true },
      table: tableOf(codes, codes, (code) => [[code, wrongIn('decoder_model_merged', SURE)]]),
      more: {
        nodes: [
          { operator: 'Reshape', inputs: ['input_ids', 'by_book'], outputs: ['said'] },
          {
            operator: 'Gather',
            inputs: ['said', 'before'],
            outputs: ['said_before'],
            attributes: { axis: 1 },
          },
          { operator: 'Gather', inputs: ['repeats', 'said_before'], outputs: ['repeated'] },
          { operator: 'Mul', inputs: ['repeated', 'others'], outputs: ['of_others'] },
          { operator: 'Mul', inputs: ['seen', 'first'], outputs: ['of_first'] },
          { operator: 'Add', inputs: ['of_first', 'of_others'], outputs: ['of_books'] },
          { operator: 'Reshape', inputs: ['of_books', 'by_row'], outputs: ['scores'] },
        ],
        weights: {
          by_book: { dims: [2], data: BigInt64Array.of(-1n, BigInt(BOOKS)) },
          before: {
            dims: [BOOKS],
            data: BigInt64Array.from({ length: BOOKS }, (_, book) => BigInt(Math.max(0, book - 1))),
          },
          // What stands before the first frame says nothing.
          repeats: tableOf(codes + 1, codes, (code) => (code < codes ? [[code, 20 * SURE]] : [])),
          others: tableOf(BOOKS, 1, (book) => [[0, book === 0 ? 0 : 1]]),
          first: tableOf(BOOKS, 1, (book) => [[0, book === 0 ? 1 : 0]]),
          by_row: { dims: [3], data: BigInt64Array.of(-1n, 1n, BigInt(codes)) },
        },
      },
    }),
    'onnx/encodec_decode.onnx': makeOnnx({
      inputs: { audio_codes: { type: 'int64', dims: ['chunks', 'batch', BOOKS, 'frames'] } },
      outputs: { audio_values: ['batch', 1, 'samples'] },
      nodes: [
        { operator: 'Gather', inputs: ['waves', 'audio_codes'], outputs: ['of_codes'] },
        {
          ...{ operator: 'ReduceMean', inputs: ['of_codes'], outputs: ['of_frames'] },
          attributes: { axes: [0, 2], keepdims: 0 },
        },
        { operator: 'Reshape', inputs: ['of_frames', 'one_behind_the_other'], outputs: ['audio_values'] },
      ],
      weights: {
        waves: tableOf(codes, FRAME, (code) =>
          Array.from({ length: FRAME }, (_, i) => [
            i,
            wrongIn('encodec_decode', 0.5 * Math.sin((2 * Math.PI * TONES[code]! * i) / RATE)),
          ]),
        ),
        one_behind_the_other: { dims: [3], data: BigInt64Array.of(0n, 1n, -1n) },
      },
    }),
  };
}
