import { makeOnnx, type TinyNode } from '../onnx/make-onnx.ts';
import { keptStates } from './kept-states.ts';
import { jsonFile, tableOf, type ModelFolder } from './model-folder.ts';
import { picturePreprocessor } from './picture-preprocessor.ts';
import { tokenMeanings } from './token-meanings.ts';
import { tokenizerFiles, vocabularyOf } from './tokenizer-files.ts';

const COLOURS = ['red', 'green', 'blue'];
const NUMBERS = Array.from({ length: 96 }, (_, i) => String(i + 1));
/** What a word asks for, or says of the answer. */
const FLAGS = ['left', 'top', 'wide', 'high', 'twice', 'ever', 'nothing', 'broken', 'assistant'] as const;
const SIGNS = [
  '<|im_start|>',
  '<|im_end|>',
  '<|vision_start|>',
  '<|vision_end|>',
  '<|image_pad|>',
  '<|video_pad|>',
];

/** A state: how red, green and blue it is, what it asks for; where it stands, and in which row and column of the picture. */
const WIDTH = COLOURS.length + FLAGS.length;
const PLACES = ['place', 'row', 'column'] as const;
const KEPT = WIDTH + PLACES.length;
const columnOf = (name: (typeof FLAGS)[number] | (typeof PLACES)[number]): number =>
  COLOURS.length + [...FLAGS, ...PLACES].indexOf(name);

/** Pixels; four patches are one token. */
const PATCH = 4;
const MERGE = 2;
const FRAMES = 2;
/** The number of pixels of each edge that one token stands for. */
export const GRID_TOKEN_EDGE = PATCH * MERGE;
export const GRID_CONTEXT_TOKENS = 4_096;

export type PictureGridKind = 'qwen2_vl' | 'qwen2_5_vl' | 'qwen3_vl';

/**
 * A model of Qwen's kind that sees a picture as a grid of tokens, as many as fit its size. It says the colour of the picture, or of its `left`
 * column or `top` row; how many columns (`wide`) or rows (`high`) the grid has; `twice`, for `ever`, or `nothing`; `broken` words make it say
 * what is no number. Where a token stands in the picture, and how many it has said, it knows by the three positions alone that it is told of each.
 * @param options.chatTemplate left out of what it knows when false
 */
export function pictureGridFolder({
  kind = 'qwen2_vl',
  chatTemplate = true,
}: { kind?: PictureGridKind; chatTemplate?: boolean } = {}): ModelFolder {
  const tokenizer = {
    words: ['what', 'colour', 'user', ...FLAGS, ...COLOURS, ...NUMBERS],
    ...{ kind: 'Qwen2Tokenizer', special: SIGNS },
  };
  const vocabulary = vocabularyOf(tokenizer);
  const tokens = vocabulary.length;
  const idOf = (word: string): number => vocabulary.indexOf(word);
  const ends = { eos_token_id: [idOf('<|im_end|>'), 2], pad_token_id: 0 };
  const language = {
    ...{ vocab_size: tokens, max_position_embeddings: GRID_CONTEXT_TOKENS, hidden_size: WIDTH },
    ...{ num_hidden_layers: 1, num_attention_heads: 1, num_key_value_heads: 1, head_dim: KEPT },
  };
  return {
    ...tokenizerFiles({
      ...{ ...tokenizer, contextTokens: GRID_CONTEXT_TOKENS },
      ...(chatTemplate && { config: { chat_template: CHAT_TEMPLATE } }),
    }),
    ...picturePreprocessor('Qwen2VLImageProcessor', 0, {
      // As large as Qwen's own, which are 16,384 tokens of 28 x 28 pixels.
      ...{ size: undefined, min_pixels: GRID_TOKEN_EDGE ** 2, max_pixels: 12_845_056 },
      ...{ patch_size: PATCH, merge_size: MERGE, temporal_patch_size: FRAMES },
      processor_class: PROCESSORS[kind],
    }),
    'config.json': jsonFile({
      ...{ model_type: kind, architectures: [ARCHITECTURES[kind]], ...ends },
      ...{ image_token_id: idOf('<|image_pad|>'), video_token_id: idOf('<|video_pad|>') },
      ...{ vision_start_token_id: idOf('<|vision_start|>'), vision_config: { spatial_merge_size: MERGE } },
      ...(kind === 'qwen2_vl' ? language : { text_config: { model_type: `${kind}_text`, ...language } }),
    }),
    'generation_config.json': jsonFile({ ...ends, do_sample: true, temperature: 50, top_p: 0.001 }),
    'onnx/embed_tokens.onnx': tokenMeanings(tokens, WIDTH, (row) => {
      const flag = FLAGS.find((name) => name === vocabulary[row]);
      return flag === undefined ? [] : [[columnOf(flag), 1]];
    }),
    'onnx/vision_encoder.onnx': visionEncoder(kind === 'qwen2_vl' ? 'grid_thw' : 'image_grid_thw'),
    'onnx/decoder_model_merged.onnx': decoder(vocabulary),
  };
}

const ARCHITECTURES: Readonly<Record<PictureGridKind, string>> = {
  qwen2_vl: 'Qwen2VLForConditionalGeneration',
  qwen2_5_vl: 'Qwen2_5_VLForConditionalGeneration',
  qwen3_vl: 'Qwen3VLForConditionalGeneration',
};

const PROCESSORS: Readonly<Record<PictureGridKind, string>> = {
  qwen2_vl: 'Qwen2VLProcessor',
  qwen2_5_vl: 'Qwen2_5_VLProcessor',
  qwen3_vl: 'Qwen3VLProcessor',
};

/** Makes the mean colour of four patches one state; how many there are it takes from the grid. */
const visionEncoder = (grid: string): Uint8Array =>
  makeOnnx({
    inputs: {
      pixel_values: ['patches', 3 * FRAMES * PATCH ** 2],
      [grid]: { type: 'int64', dims: ['pictures', 3] },
    },
    outputs: { image_features: ['tokens', WIDTH] },
    nodes: [
      {
        operator: 'ReduceProd',
        inputs: [grid],
        outputs: ['patches'],
        attributes: { axes: [1], keepdims: 0 },
      },
      { operator: 'Div', inputs: ['patches', 'merged'], outputs: ['tokens'] },
      { operator: 'Concat', inputs: ['tokens', 'of_each'], outputs: ['shape'], attributes: { axis: 0 } },
      { operator: 'Reshape', inputs: ['pixel_values', 'shape'], outputs: ['by_token'] },
      {
        operator: 'ReduceMean',
        inputs: ['by_token'],
        outputs: ['means'],
        attributes: { axes: [1, 3], keepdims: 0 },
      },
      { operator: 'MatMul', inputs: ['means', 'states'], outputs: ['image_features'] },
    ],
    weights: {
      merged: int64(MERGE ** 2),
      of_each: int64(MERGE ** 2, 3, FRAMES * PATCH ** 2),
      states: tableOf(3, WIDTH, (row) => [[row, 1]]),
    },
  });

function decoder(vocabulary: readonly string[]): Uint8Array {
  const tokens = vocabulary.length;
  const idOf = (word: string): number => vocabulary.indexOf(word);
  const kept = keptStates(KEPT);
  const pick = (name: Parameters<typeof columnOf>[0]) =>
    tableOf(KEPT, 1, (row) => (row === columnOf(name) ? [[0, 1]] : []));
  /** Of each token that it has read, [batch, 1, tokens, 1]. */
  const ofEach = (name: (typeof PLACES)[number] | 'assistant'): TinyNode => ({
    ...{ operator: 'MatMul', inputs: ['present.0.key', `pick_${name}`], outputs: [`each_${name}`] },
  });
  /** Of all of them, [batch, 1, 1, 1]. */
  const ofAll = (name: (typeof FLAGS)[number]): TinyNode => ({
    ...{ operator: 'MatMul', inputs: ['sum', `pick_${name}`], outputs: [name] },
  });
  /** Which tokens count most where a word asks for the first column or row. */
  const firstOf = (flag: 'left' | 'top', place: 'row' | 'column'): TinyNode[] => [
    { operator: 'Equal', inputs: [`each_${place}`, 'zero'], outputs: [`is_${flag}`] },
    { operator: 'Cast', inputs: [`is_${flag}`], outputs: [`on_${flag}`], attributes: { to: 1 } },
    { operator: 'Mul', inputs: [`on_${flag}`, flag], outputs: [`asked_${flag}`] },
    { operator: 'Mul', inputs: [`asked_${flag}`, 'much'], outputs: [`weight_${flag}`] },
  ];
  /** How many columns or rows there are, where a word asks for that. */
  const countOf = (flag: 'wide' | 'high', place: 'row' | 'column'): TinyNode[] => [
    {
      ...{ operator: 'ReduceMax', inputs: [`each_${place}`], outputs: [`last_${place}`] },
      attributes: { axes: [2], keepdims: 0 },
    },
    { operator: 'Cast', inputs: [`last_${place}`], outputs: [`whole_${place}`], attributes: { to: 7 } },
    { operator: 'Min', inputs: [`whole_${place}`, 'most'], outputs: [`count_${place}`] },
    { operator: 'Gather', inputs: ['numbers', `count_${place}`], outputs: [`number_${place}`] },
    { operator: 'Mul', inputs: [`number_${place}`, flag], outputs: [`score_${flag}`] },
  ];
  const add = (outputs: string, ...[first, ...rest]: readonly string[]): TinyNode[] =>
    rest.map((name, i) => ({
      operator: 'Add',
      inputs: [i === 0 ? first! : `${outputs}_${i}`, name],
      outputs: [i === rest.length - 1 ? outputs : `${outputs}_${i + 1}`],
    }));
  return makeOnnx({
    inputs: {
      inputs_embeds: ['batch_size', 'sequence_length', WIDTH],
      position_ids: { type: 'int64', dims: [3, 'batch_size', 'sequence_length'] },
      ...kept.inputs,
    },
    outputs: { logits: ['batch_size', 1, tokens], ...kept.outputs },
    nodes: [
      { operator: 'Cast', inputs: ['position_ids'], outputs: ['positions'], attributes: { to: 1 } },
      { operator: 'Unsqueeze', inputs: ['positions', 'three'], outputs: ['states'] },
      ...PLACES.map((name, i) => ({
        ...{
          operator: 'Gather',
          inputs: ['states', `at_${i}`],
          outputs: [i === 0 ? name : `${name}_position`],
        },
      })),
      // Of a token of text all three positions are one: it is in the first row and column, and has no colour.
      { operator: 'Sub', inputs: ['row_position', 'place'], outputs: ['row'] },
      { operator: 'Sub', inputs: ['column_position', 'place'], outputs: ['column'] },
      {
        ...{ operator: 'Concat', inputs: ['inputs_embeds', ...PLACES], outputs: ['read'] },
        attributes: { axis: 2 },
      },
      { operator: 'Unsqueeze', inputs: ['read', 'one'], outputs: ['own'] },
      ...kept.nodes,
      { operator: 'ReduceSum', inputs: ['present.0.key', 'two'], outputs: ['sum'] },
      ...FLAGS.map(ofAll),
      ...[...PLACES, 'assistant' as const].map(ofEach),
      ...firstOf('left', 'column'),
      ...firstOf('top', 'row'),
      ...add('weight', 'usual_weight', 'weight_left', 'weight_top'),
      { operator: 'MatMul', inputs: ['present.0.key', 'pick_colours'], outputs: ['colours'] },
      { operator: 'Mul', inputs: ['colours', 'weight'], outputs: ['weighed'] },
      { operator: 'ReduceSum', inputs: ['weighed', 'two'], outputs: ['colour'] },
      { operator: 'MatMul', inputs: ['colour', 'name_colours'], outputs: ['score_colour'] },
      ...countOf('wide', 'column'),
      ...countOf('high', 'row'),
      // How many tokens it has said: how far the last one stands behind the word that begins an answer.
      { operator: 'Mul', inputs: ['each_assistant', 'each_place'], outputs: ['begin_if'] },
      { operator: 'ReduceSum', inputs: ['begin_if', 'two'], outputs: ['begin'] },
      { operator: 'Gather', inputs: ['each_place', 'last'], outputs: ['now'], attributes: { axis: 2 } },
      { operator: 'Sub', inputs: ['now', 'begin'], outputs: ['far'] },
      { operator: 'Squeeze', inputs: ['far', 'three'], outputs: ['far_of_row'] },
      { operator: 'Cast', inputs: ['far_of_row'], outputs: ['whole_far'], attributes: { to: 7 } },
      { operator: 'Min', inputs: ['whole_far', 'two'], outputs: ['said'] },
      { operator: 'Gather', inputs: ['ends', 'said'], outputs: ['score_end'] },
      { operator: 'Gather', inputs: ['goes_on', 'said'], outputs: ['on'] },
      { operator: 'Mul', inputs: ['on', 'twice'], outputs: ['score_twice'] },
      { operator: 'MatMul', inputs: ['ever', 'never_ends'], outputs: ['score_ever'] },
      { operator: 'MatMul', inputs: ['nothing', 'at_once'], outputs: ['score_nothing'] },
      { operator: 'Neg', inputs: ['broken'], outputs: ['below_zero'] },
      { operator: 'Sqrt', inputs: ['below_zero'], outputs: ['score_broken'] },
      ...add(
        ...(['scores', 'usual', 'score_colour', 'score_wide', 'score_high'] as const),
        ...['score_end', 'score_twice', 'score_ever', 'score_nothing', 'score_broken'],
      ),
      { operator: 'Squeeze', inputs: ['scores', 'one'], outputs: ['logits'] },
    ],
    weights: {
      ...Object.fromEntries([...FLAGS, ...PLACES].map((name) => [`pick_${name}`, pick(name)])),
      pick_colours: tableOf(KEPT, 3, (row) => (row < 3 ? [[row, 1]] : [])),
      name_colours: tableOf(3, tokens, (row) => [[idOf(COLOURS[row]!), 1]]),
      ...Object.fromEntries(
        PLACES.map((_, i) => [`at_${i}`, { dims: [], data: BigInt64Array.of(BigInt(i)) }]),
      ),
      numbers: tableOf(NUMBERS.length, tokens, (row) => [[idOf(NUMBERS[row]!), 1e8]]),
      ends: tableOf(3, tokens, (said) => [[idOf('<|im_end|>'), said === 0 ? -1e10 : 1e10]]),
      goes_on: tableOf(3, tokens, (said) => (said === 1 ? [[idOf('<|im_end|>'), -2e10]] : [])),
      never_ends: tableOf(1, tokens, () => [[idOf('<|im_end|>'), -1e12]]),
      at_once: tableOf(1, tokens, () => [[idOf('<|im_end|>'), 1e12]]),
      usual: {
        dims: [tokens],
        data: Float32Array.from(vocabulary, (word) =>
          word === '<|im_end|>' || COLOURS.includes(word) ? 0 : -1e7,
        ),
      },
      usual_weight: { dims: [1], data: Float32Array.of(1) },
      much: { dims: [1], data: Float32Array.of(1_000) },
      zero: { dims: [1], data: Float32Array.of(0) },
      most: int64(NUMBERS.length - 1),
      ...{ one: int64(1), two: int64(2), three: int64(3), last: int64(-1) },
    },
  });
}

const int64 = (...values: readonly number[]) => ({
  dims: [values.length],
  data: BigInt64Array.from(values, BigInt),
});

const CHAT_TEMPLATE =
  "{% for message in messages %}<|im_start|>{{ message['role'] }}\n" +
  "{% for part in message['content'] %}{% if part['type'] == 'image' %}<|vision_start|><|image_pad|><|vision_end|>" +
  "{% else %}{{ part['text'] }}{% endif %}{% endfor %}<|im_end|>\n{% endfor %}" +
  '{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}';
