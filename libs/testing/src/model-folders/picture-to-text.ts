import { makeOnnx } from '../onnx/make-onnx.ts';
import { mergedDecoder } from './merged-decoder.ts';
import { jsonFile, tableOf, type ModelFolder } from './model-folder.ts';
import { picturePreprocessor } from './picture-preprocessor.ts';
import { tokenizerFiles, vocabularyOf } from './tokenizer-files.ts';

const COLOURS = ['red', 'green', 'blue'];
const STATES = 4;

/**
 * Says of a picture `a red picture`, of whatever colour it mostly is. Its first token is told by its first state, and what is asked before by
 * no state.
 * @param options.mute it has nothing to say of any
 */
export function pictureToTextFolder({ mute = false } = {}): ModelFolder {
  const tokenizer = { words: ['a', 'picture', ...COLOURS], kind: 'PreTrainedTokenizerFast' };
  const vocabulary = vocabularyOf(tokenizer);
  const tokens = vocabulary.length;
  const idOf = (word: string): number => vocabulary.indexOf(word);
  // Each state is scores of words: those of the second are the colours.
  const fixed = tableOf(STATES, tokens, (row) => {
    const word = [mute ? '</s>' : 'a', undefined, 'picture', '</s>'][row];
    return word === undefined ? [] : [[idOf(word), 20]];
  });
  const ends = { eos_token_id: 2, pad_token_id: 0, decoder_start_token_id: 1 };
  return {
    ...tokenizerFiles(tokenizer),
    ...picturePreprocessor('ViTImageProcessor', 16),
    'config.json': jsonFile({
      ...{
        model_type: 'vision-encoder-decoder',
        architectures: ['VisionEncoderDecoderModel'],
        is_encoder_decoder: true,
      },
      ...ends,
      encoder: { model_type: 'vit' },
      decoder: {
        ...{ model_type: 'trocr', is_decoder: true, vocab_size: tokens, max_position_embeddings: 32 },
        ...{ d_model: 1, decoder_layers: 1, decoder_attention_heads: 1 },
      },
    }),
    'generation_config.json': jsonFile({ ...ends, max_length: 3 }),
    'onnx/encoder_model.onnx': makeOnnx({
      inputs: { pixel_values: ['batch_size', 3, 'height', 'width'] },
      outputs: { last_hidden_state: ['batch_size', STATES, tokens] },
      nodes: [
        {
          operator: 'ReduceMean',
          inputs: ['pixel_values'],
          outputs: ['means'],
          attributes: { axes: [2, 3], keepdims: 0 },
        },
        { operator: 'MatMul', inputs: ['means', 'words'], outputs: ['scores'] },
        { operator: 'Unsqueeze', inputs: ['scores', 'one'], outputs: ['each'] },
        { operator: 'Mul', inputs: ['each', 'second'], outputs: ['coloured'] },
        { operator: 'Add', inputs: ['coloured', 'fixed'], outputs: ['last_hidden_state'] },
      ],
      weights: {
        words: tableOf(3, tokens, (row) => [[idOf(COLOURS[row]!), 5]]),
        one: { dims: [1], data: BigInt64Array.of(1n) },
        second: { dims: [STATES, 1], data: Float32Array.of(0, 1, 0, 0) },
        fixed,
      },
    }),
    'onnx/decoder_model_merged.onnx': mergedDecoder({
      ...{ tokens, width: tokens },
      table: tableOf(tokens, tokens, (row) => [[row, 1]]),
    }),
  };
}
