import { makeOnnx, type TinyNode } from '../onnx/make-onnx.ts';
import { mergedDecoder } from './merged-decoder.ts';
import { jsonFile, tableOf, type ModelFolder } from './model-folder.ts';
import { picturePreprocessor } from './picture-preprocessor.ts';
import { tokenizerFiles, vocabularyOf } from './tokenizer-files.ts';

const COLOURS = ['red', 'green', 'blue'];
/** What it may answer: these are the last of its words. */
const ANSWERS = ['unknown', ...COLOURS];
const SIGNS = ['<s_docvqa>', '<s_question>', '</s_question>', '<s_answer>', '</s_answer>'];

/** A model of Donut's kind: asked for the `colour` of a page it says it, and to all else `unknown`. It hears every token so far. */
export function pageReaderFolder(): ModelFolder {
  const tokenizer = {
    ...{ words: ['what', 'colour', ...ANSWERS], special: SIGNS, kind: 'PreTrainedTokenizerFast' },
  };
  const vocabulary = vocabularyOf(tokenizer);
  const tokens = vocabulary.length;
  const idOf = (word: string): number => vocabulary.indexOf(word);
  const ends = { eos_token_id: 2, pad_token_id: 0, decoder_start_token_id: idOf('<s_docvqa>') };
  const id = (value: number) => ({ dims: [1], data: Float32Array.of(value) });
  return {
    ...tokenizerFiles(tokenizer),
    ...picturePreprocessor('DonutImageProcessor', 16),
    'config.json': jsonFile({
      ...{
        model_type: 'vision-encoder-decoder',
        architectures: ['VisionEncoderDecoderModel'],
        is_encoder_decoder: true,
      },
      ...ends,
      encoder: { model_type: 'donut-swin' },
      decoder: {
        ...{ model_type: 'mbart', is_decoder: true, vocab_size: tokens, max_position_embeddings: 64 },
        ...{ d_model: 1, decoder_layers: 1, decoder_attention_heads: 1 },
      },
    }),
    'generation_config.json': jsonFile({ ...ends, max_length: 3 }),
    'onnx/encoder_model.onnx': makeOnnx({
      inputs: { pixel_values: ['batch_size', 3, 'height', 'width'] },
      outputs: { last_hidden_state: ['batch_size', 1, 3] },
      nodes: [
        {
          operator: 'ReduceMean',
          inputs: ['pixel_values'],
          outputs: ['means'],
          attributes: { axes: [2, 3], keepdims: 0 },
        },
        { operator: 'Unsqueeze', inputs: ['means', 'one'], outputs: ['last_hidden_state'] },
      ],
      weights: { one: { dims: [1], data: BigInt64Array.of(1n) } },
    }),
    'onnx/decoder_model_merged.onnx': mergedDecoder({
      ...{ tokens, width: 3 },
      table: tableOf(3, tokens, (row) => [[idOf(COLOURS[row]!), 10]]),
      more: {
        nodes: [
          ...countOf('Greater', 'before_answers', 'said'),
          ...countOf('Equal', 'closing', 'closed'),
          ...countOf('Equal', 'colour', 'asked'),
          {
            operator: 'Concat',
            inputs: ['said', 'closed', 'asked'],
            outputs: ['known'],
            attributes: { axis: 2 },
          },
          { operator: 'MatMul', inputs: ['known', 'meaning'], outputs: ['meant'] },
          { operator: 'Add', inputs: ['seen', 'meant'], outputs: ['nearly'] },
          { operator: 'Add', inputs: ['nearly', 'usual'], outputs: ['scores'] },
        ],
        weights: {
          before_answers: id(idOf('unknown') - 0.5),
          closing: id(idOf('</s_answer>')),
          colour: id(idOf('colour')),
          away: { dims: [1], data: BigInt64Array.of(2n) },
          meaning: tableOf(3, tokens, (row) => {
            if (row === 0) return [[idOf('</s_answer>'), 1_000]];
            return row === 1 ? [[idOf('</s>'), 9_000]] : [[idOf('unknown'), -1_000]];
          }),
          usual: {
            dims: [tokens],
            data: Float32Array.from(vocabulary, (token) => {
              if (COLOURS.includes(token)) return 100;
              return { unknown: 300, '</s_answer>': -500, '</s>': -500 }[token] ?? -20_000;
            }),
          },
        },
      },
    }),
  };
}

/** How many of the tokens so far are so, [batch, 1, 1]. */
const countOf = (operator: 'Greater' | 'Equal', than: string, output: string): TinyNode[] => [
  { operator, inputs: ['heard', than], outputs: [`is_${output}`] },
  { operator: 'Cast', inputs: [`is_${output}`], outputs: [`ones_${output}`], attributes: { to: 1 } },
  {
    operator: 'ReduceSum',
    inputs: [`ones_${output}`, 'away'],
    outputs: [output],
    attributes: { keepdims: 0 },
  },
];
