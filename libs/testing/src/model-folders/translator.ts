import { makeOnnx } from '../onnx/make-onnx.ts';
import { mergedDecoder, type DecoderOptions } from './merged-decoder.ts';
import { jsonFile, tableOf, type ModelFolder } from './model-folder.ts';
import { tokenizerFiles, vocabularyOf } from './tokenizer-files.ts';

const WORDS: Readonly<Record<string, string>> = {
  ...{ the: 'la', house: 'casa', is: 'es', big: 'grande', small: 'pequeña', and: 'y', red: 'roja' },
  number: 'número',
};
/** What stays as it is. */
const SIGNS = [...'.,[]<>/\\^$@{}😀abxyz0123456789'].flatMap((sign) =>
  /\d/.test(sign) ? [sign, `##${sign}`] : [sign],
);
/** What it goes on with behind the end of a text, where nobody stops it. */
const NOISE = 'ruido';

const FRENCH: Readonly<Record<string, string>> = { the: 'le', house: 'maison', red: 'rouge' };
const LANGUAGES = ['__en__', '__es__', '__fr__'];

export interface TranslatorOptions {
  /** `m2m_100` is told the languages, and begins its answers with the very token that ends them. */
  readonly kind?: 'marian' | 'm2m_100';
  readonly contextTokens?: number;
}

/**
 * A network that translates word by word from English into Spanish, and back; one of many languages into French as well. What a text was
 * filled up with becomes `ruido`, so a decoder that is not stopped at the end of its own text is heard.
 */
export function translatorFolder({ kind = 'marian', ...options }: TranslatorOptions = {}): ModelFolder {
  const isOfMany = kind === 'm2m_100';
  const pairs = Object.entries(WORDS);
  const tokenizer = {
    words: [...new Set([...pairs.flat(), ...Object.values(FRENCH), ...SIGNS, NOISE])],
    ...(isOfMany
      ? { kind: 'M2M100Tokenizer', around: ['__en__', '$A', '</s>'], special: LANGUAGES }
      : { kind: 'MarianTokenizer', around: ['$A', '</s>'] }),
    ...{ splitsSigns: true, ...options },
  };
  const vocabulary = vocabularyOf(tokenizer);
  const idOf = (word: string): number => vocabulary.indexOf(word);
  const translated = new Map([...pairs, ...pairs.map(([english, spanish]) => [spanish, english] as const)]);
  const tokens = vocabulary.length;
  const ends = { eos_token_id: 2, pad_token_id: 0, decoder_start_token_id: isOfMany ? 2 : 0 };
  return {
    ...tokenizerFiles(tokenizer),
    'config.json': jsonFile({
      ...{ model_type: kind, is_encoder_decoder: true, vocab_size: tokens },
      architectures: [isOfMany ? 'M2M100ForConditionalGeneration' : 'MarianMTModel'],
      ...{
        d_model: 1,
        encoder_layers: 1,
        encoder_attention_heads: 1,
        decoder_layers: 1,
        decoder_attention_heads: 1,
      },
      ...ends,
    }),
    // As it is found: both would be ignored, or make the answer another one, without a word.
    'generation_config.json': jsonFile({ ...ends, max_length: 4, num_beams: 4 }),
    'onnx/encoder_model.onnx': makeOnnx({
      inputs: {
        input_ids: { type: 'int64', dims: ['batch_size', 'length'] },
        attention_mask: { type: 'int64', dims: ['batch_size', 'length'] },
      },
      outputs: { last_hidden_state: ['batch_size', 'length', tokens] },
      nodes: [{ operator: 'Gather', inputs: ['identity', 'input_ids'], outputs: ['last_hidden_state'] }],
      weights: { identity: tableOf(tokens, tokens, (row) => [[row, 1]]) },
    }),
    'onnx/decoder_model_merged.onnx': mergedDecoder({
      ...{ tokens, width: tokens, masked: true },
      table: tableOf(tokens, tokens, (row) => {
        const word = vocabulary[row]!;
        if (word === '<pad>') return [[idOf(NOISE), 9]];
        return [[idOf(translated.get(word) ?? word), 9]];
      }),
      ...(isOfMany && { more: inFrench(vocabulary) }),
    }),
  };
}

/** French counts twice as much where the decoder has heard that it is wanted. */
const inFrench = (vocabulary: readonly string[]): DecoderOptions['more'] => ({
  nodes: [
    { operator: 'Equal', inputs: ['heard', 'wish'], outputs: ['is_wish'] },
    { operator: 'Cast', inputs: ['is_wish'], outputs: ['wishes'], attributes: { to: 1 } },
    {
      operator: 'ReduceSum',
      inputs: ['wishes', 'two_axis'],
      outputs: ['wished'],
      attributes: { keepdims: 0 },
    },
    { operator: 'MatMul', inputs: ['state', 'french'], outputs: ['told'] },
    { operator: 'Mul', inputs: ['told', 'wished'], outputs: ['heeded'] },
    { operator: 'Add', inputs: ['seen', 'heeded'], outputs: ['scores'] },
  ],
  weights: {
    wish: { dims: [1], data: Float32Array.of(vocabulary.indexOf('__fr__')) },
    two_axis: { dims: [1], data: BigInt64Array.of(2n) },
    french: tableOf(vocabulary.length, vocabulary.length, (row) => {
      const french = FRENCH[vocabulary[row]!];
      return french === undefined ? [] : [[vocabulary.indexOf(french), 18]];
    }),
  },
});
