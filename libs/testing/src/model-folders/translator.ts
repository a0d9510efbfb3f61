import { makeOnnx } from '../onnx/make-onnx.ts';
import { mergedDecoder } from './merged-decoder.ts';
import { jsonFile, tableOf, type ModelFolder } from './model-folder.ts';
import { tokenizerFiles, vocabularyOf } from './tokenizer-files.ts';

const WORDS: Readonly<Record<string, string>> = {
  ...{ the: 'la', house: 'casa', is: 'es', big: 'grande', small: 'pequeña', and: 'y', red: 'roja' },
  ...{ number: 'número', '.': '.' },
};
/** What it goes on with behind the end of a text, where nobody stops it. */
const NOISE = 'ruido';

/**
 * A network of Marian's kind that translates word by word from English into Spanish, and back. What a text was filled up with becomes
 * `ruido`, so a decoder that is not stopped at the end of its own text is heard.
 */
export function translatorFolder(options: { contextTokens?: number } = {}): ModelFolder {
  const pairs = Object.entries(WORDS);
  const words = [...new Set([...pairs.flat(), NOISE])];
  const tokenizer = { words, kind: 'MarianTokenizer', around: ['$A', '</s>'], ...options };
  const vocabulary = vocabularyOf(tokenizer);
  const idOf = (word: string): number => vocabulary.indexOf(word);
  const translated = new Map([...pairs, ...pairs.map(([english, spanish]) => [spanish, english] as const)]);
  const tokens = vocabulary.length;
  const ends = { eos_token_id: 2, pad_token_id: 0, decoder_start_token_id: 0 };
  return {
    ...tokenizerFiles(tokenizer),
    'config.json': jsonFile({
      ...{
        model_type: 'marian',
        architectures: ['MarianMTModel'],
        is_encoder_decoder: true,
        vocab_size: tokens,
      },
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
    }),
  };
}
