import { makeOnnx } from '../onnx/make-onnx.ts';
import { mergedDecoder } from './merged-decoder.ts';
import { jsonFile, tableOf, type ModelFolder } from './model-folder.ts';
import { picturePreprocessor } from './picture-preprocessor.ts';
import { tokenMeanings } from './token-meanings.ts';
import { tokenizerFiles, vocabularyOf } from './tokenizer-files.ts';

const COLOURS = ['red', 'green', 'blue'];
const PLACES = ['<loc_0>', '<loc_499>', '<loc_500>', '<loc_999>'];
const EDGE = 16;
/** What a state means: three colours of the left half, three of the right, which task it is, whether a colour was asked for, a token's id. */
const WIDTH = 11;
const [CAPTION, THINGS, QUESTION, COLOUR, ID] = [6, 7, 8, 9, 10];
/** More than any colour. */
const SURELY = 1_000;

/**
 * What stands at each step where a task says so; the first is always the token that begins a text. Where nothing stands it is a colour: of
 * the left half, and later of the right.
 */
const TELLS: Readonly<Record<number, readonly (string | undefined)[]>> = {
  [CAPTION]: ['<s>', 'a', undefined, 'picture', '</s>'],
  [THINGS]: [
    ...['<s>', undefined, '<loc_0>', '<loc_0>', '<loc_499>', '<loc_999>'],
    ...[undefined, '<loc_500>', '<loc_0>', '<loc_999>', '<loc_999>', '</s>'],
  ],
  [QUESTION]: ['<s>', 'unknown', '</s>'],
};
const STEPS = 12;
const RIGHT_FROM = 6;

/**
 * A model of Florence-2's kind: describes a picture by the colour of its left half, names its two halves as things, and answers a question
 * for the `colour` of it.
 */
export function taskWordsFolder(): ModelFolder {
  const tokenizer = {
    words: [
      ...['a', 'picture', 'what', 'does', 'the', 'image', 'describe', 'locate', 'vqa', 'colour', 'unknown'],
      ...COLOURS,
    ],
    ...{ kind: 'BartTokenizer', special: PLACES, around: ['<s>', '$A', '</s>'], splitsSigns: true },
  };
  const vocabulary = vocabularyOf(tokenizer);
  const tokens = vocabulary.length;
  const idOf = (word: string): number => vocabulary.indexOf(word);
  const ends = { eos_token_id: 2, pad_token_id: 0, bos_token_id: 1, decoder_start_token_id: 2 };
  const language = {
    ...{ model_type: 'florence2_language', vocab_size: tokens, max_position_embeddings: 34, d_model: 1 },
    ...{ encoder_layers: 1, decoder_layers: 1, encoder_attention_heads: 1, decoder_attention_heads: 1 },
  };
  return {
    ...tokenizerFiles(tokenizer),
    ...picturePreprocessor('CLIPImageProcessor', EDGE, {
      ...{ processor_class: 'Florence2Processor', image_seq_length: 1 },
      tasks_answer_post_processing_type: { '<OD>': 'description_with_bboxes', '<CAPTION>': 'pure_text' },
      task_prompts_without_inputs: { '<OD>': 'locate', '<CAPTION>': 'what does the image describe' },
      task_prompts_with_input: {},
    }),
    'config.json': jsonFile({
      ...{ model_type: 'florence2', architectures: ['Florence2ForConditionalGeneration'] },
      ...{ is_encoder_decoder: true, ...ends, text_config: language },
    }),
    'generation_config.json': jsonFile({ ...ends, num_beams: 3, forced_bos_token_id: 1 }),
    'onnx/embed_tokens.onnx': tokenMeanings(tokens, WIDTH, (row) => {
      const says = { describe: CAPTION, locate: THINGS, vqa: QUESTION, colour: COLOUR }[vocabulary[row]!];
      return [[ID!, row], ...(says === undefined ? [] : [[says, 1] as const])];
    }),
    'onnx/vision_encoder.onnx': makeOnnx({
      inputs: { pixel_values: ['batch_size', 3, EDGE, EDGE] },
      outputs: { image_features: ['batch_size', 1, WIDTH] },
      nodes: [
        { operator: 'Reshape', inputs: ['pixel_values', 'halves'], outputs: ['halved'] },
        {
          operator: 'ReduceMean',
          inputs: ['halved'],
          outputs: ['means'],
          attributes: { axes: [2, 4], keepdims: 0 },
        },
        { operator: 'Reshape', inputs: ['means', 'flat'], outputs: ['colours'] },
        { operator: 'MatMul', inputs: ['colours', 'states'], outputs: ['image_features'] },
      ],
      weights: {
        halves: { dims: [5], data: BigInt64Array.of(0n, 3n, BigInt(EDGE), 2n, BigInt(EDGE / 2)) },
        flat: { dims: [3], data: BigInt64Array.of(0n, 1n, 6n) },
        // Of each colour the left half, then the right.
        states: tableOf(6, WIDTH, (row) => [[Math.floor(row / 2) + 3 * (row % 2), 1]]),
      },
    }),
    'onnx/encoder_model.onnx': makeOnnx({
      inputs: {
        inputs_embeds: ['batch_size', 'length', WIDTH],
        attention_mask: { type: 'int64', dims: ['batch_size', 'length'] },
      },
      outputs: { last_hidden_state: ['batch_size', STEPS, tokens] },
      nodes: [
        { operator: 'ReduceSum', inputs: ['inputs_embeds', 'one'], outputs: ['sum'] },
        { operator: 'Unsqueeze', inputs: ['sum', 'one'], outputs: ['all'] },
        { operator: 'MatMul', inputs: ['all', 'steps'], outputs: ['told'] },
        { operator: 'Squeeze', inputs: ['told', 'two'], outputs: ['last_hidden_state'] },
      ],
      weights: {
        one: { dims: [1], data: BigInt64Array.of(1n) },
        two: { dims: [1], data: BigInt64Array.of(2n) },
        steps: {
          ...tableOf(STEPS * WIDTH, tokens, (row) =>
            stepTells(Math.floor(row / WIDTH), row % WIDTH).map(([word, score]) => [idOf(word), score]),
          ),
          dims: [1, STEPS, WIDTH, tokens],
        },
      },
    }),
    'onnx/decoder_model_merged.onnx': mergedDecoder({
      ...{ tokens, width: tokens, masked: true, embedded: { width: WIDTH } },
      table: tableOf(tokens, tokens, (row) => [[row, 1]]),
    }),
  };
}

/** What a column of the sum of all states says of the word at a step. */
function stepTells(step: number, column: number): readonly (readonly [word: string, score: number])[] {
  const colour = column - (step < RIGHT_FROM ? 0 : 3);
  if (colour >= 0 && colour < 3) return [[COLOURS[colour]!, 10]];
  // Then it is not unknown.
  if (column === COLOUR && step === 1) return [['unknown', -2 * SURELY]];
  const word = TELLS[column]?.[step];
  return word === undefined ? [] : [[word, SURELY]];
}
