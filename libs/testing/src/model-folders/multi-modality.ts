import { makeOnnx } from '../onnx/make-onnx.ts';
import { keptStates } from './kept-states.ts';
import { jsonFile, tableOf, type ModelFolder } from './model-folder.ts';
import { picturePreprocessor } from './picture-preprocessor.ts';
import { tokenizerFiles, vocabularyOf } from './tokenizer-files.ts';

const COLOURS = ['red', 'green', 'blue'];
/** What a word asks for, or says of the answer: that a colour was said, and that somebody spoke as the template has it. */
const FLAGS = ['twice', 'ever', 'nothing', 'broken', 'said', 'heard'] as const;
/** A state: which colours were named, how red, green and blue a picture is, and those. */
const WIDTH = 2 * COLOURS.length + FLAGS.length;
const columnOf = (flag: (typeof FLAGS)[number]): number => 2 * COLOURS.length + FLAGS.indexOf(flag);

/** Pieces of a picture: two rows of two. */
const PIECES = 4;
/** Each piece is that many pixels wide and high. */
const EDGE = 16;
export const MULTI_MODALITY_CONTEXT_TOKENS = 4_096;

/** Who speaks and who answers: in plain words, as Janus has it, or by signs, as Janus-Pro has it. */
const SPEAKERS = {
  words: { speaker: 'user:', answerer: 'Assistant' },
  signs: { speaker: '<|User|>', answerer: '<|Assistant|>' },
} as const;

/**
 * A model of Janus's kind: makes a picture of the colours that are named, each of its pieces of one of them as chance has it; where none is
 * named, of any. And says the colour of a picture; `twice`, for `ever`, or `nothing`; `broken` words make it say what is no number. Spoken to
 * as by nobody it says `a` and no more. It adds up all that it has read, pictures and words, and keeps that as states.
 * @param options.templates of what kinds it knows how a conversation is written
 */
export function multiModalityFolder({
  speakers = 'words',
  templates = ['default', 'text_to_image'],
}: {
  speakers?: keyof typeof SPEAKERS;
  templates?: readonly ('default' | 'text_to_image')[];
} = {}): ModelFolder {
  const { speaker, answerer } = SPEAKERS[speakers];
  const tokenizer = {
    words: ['a', 'picture', 'of', 'and', 'what', 'user:', ...FLAGS.slice(0, 4), ...COLOURS],
    kind: 'LlamaTokenizer',
    special: [
      ...['<image_placeholder>', '<begin_of_image>', '<end_of_image>', '<end_of_sentence>'],
      ...['<|User|>', '<|Assistant|>'],
    ],
  };
  const vocabulary = vocabularyOf(tokenizer);
  // Beyond the pieces, as in Janus: no piece ends a picture.
  const end = '<end_of_sentence>';
  const ends = { eos_token_id: vocabulary.indexOf(end), pad_token_id: 0, bos_token_id: 1 };
  const kept = keptStates(WIDTH);
  const written =
    "{% for message in messages %}{{ message['role'] }}: {{ message['content'] }}\n\n{% endfor %}" +
    `{% if add_generation_prompt %}${answerer}:{% endif %}`;
  return {
    ...tokenizerFiles({
      ...{ ...tokenizer, contextTokens: MULTI_MODALITY_CONTEXT_TOKENS },
      config: {
        chat_template: templates.map((name) => ({
          ...{ name, template: name === 'default' ? written : `${written} <begin_of_image>` },
        })),
      },
    }),
    ...picturePreprocessor('VLMImageProcessor', 16, {
      ...{ image_size: 16, background_color: [127, 127, 127], processor_class: 'VLChatProcessor' },
    }),
    'processor_config.json': jsonFile({
      ...{ processor_class: 'VLChatProcessor', image_tag: '<image_placeholder>', num_image_tokens: PIECES },
      ...{ image_start_tag: '<begin_of_image>', image_end_tag: '<end_of_image>' },
    }),
    'config.json': jsonFile({
      ...{ model_type: 'multi_modality', architectures: ['MultiModalityCausalLM'], ...ends },
      language_config: {
        ...{ model_type: 'llama', vocab_size: vocabulary.length, hidden_size: WIDTH },
        ...{ max_position_embeddings: MULTI_MODALITY_CONTEXT_TOKENS, num_hidden_layers: 1 },
        ...{ num_attention_heads: 1, num_key_value_heads: 1, head_dim: WIDTH },
      },
    }),
    'generation_config.json': jsonFile({ ...ends, guidance_scale: 5 }),
    'onnx/prepare_inputs_embeds.onnx': makeOnnx({
      inputs: {
        input_ids: { type: 'int64', dims: ['batch_size', 'length'] },
        pixel_values: ['picture_batch', 'pictures', 3, 'height', 'width'],
        images_seq_mask: { type: 'bool', dims: ['mask_batch', 'length'] },
      },
      outputs: { inputs_embeds: ['batch_size', 'length', WIDTH] },
      nodes: [
        { operator: 'Gather', inputs: ['meanings', 'input_ids'], outputs: ['words'] },
        {
          ...{ operator: 'ReduceMean', inputs: ['pixel_values'], outputs: ['means'] },
          attributes: { axes: [3, 4], keepdims: 0 },
        },
        { operator: 'ReduceSum', inputs: ['means', 'all_pictures'], outputs: ['colours'] },
        { operator: 'MatMul', inputs: ['colours', 'seen'], outputs: ['picture'] },
        { operator: 'Cast', inputs: ['images_seq_mask'], outputs: ['mask'], attributes: { to: 1 } },
        { operator: 'Unsqueeze', inputs: ['mask', 'two'], outputs: ['places'] },
        { operator: 'Mul', inputs: ['picture', 'places'], outputs: ['pictures_there'] },
        { operator: 'Add', inputs: ['words', 'pictures_there'], outputs: ['inputs_embeds'] },
      ],
      weights: {
        meanings: tableOf(vocabulary.length, WIDTH, (row) => {
          const word = vocabulary[row]!;
          if (word === speaker) return [[columnOf('heard'), 1]];
          const flag = FLAGS.find((name) => name === word);
          if (flag !== undefined) return [[columnOf(flag), 1]];
          const colour = COLOURS.indexOf(word);
          if (colour < 0) return [];
          return [
            [colour, 1],
            [columnOf('said'), 1],
          ];
        }),
        seen: tableOf(3, WIDTH, (row) => [[COLOURS.length + row, 1]]),
        all_pictures: { dims: [2], data: BigInt64Array.of(0n, 1n) },
        two: { dims: [1], data: BigInt64Array.of(2n) },
      },
    }),
    'onnx/gen_img_embeds.onnx': makeOnnx({
      inputs: { image_ids: { type: 'int64', dims: ['batch_size', 'length'] } },
      outputs: { inputs_embeds: ['batch_size', 'length', WIDTH] },
      nodes: [{ operator: 'Gather', inputs: ['nothing', 'image_ids'], outputs: ['inputs_embeds'] }],
      weights: { nothing: tableOf(COLOURS.length, WIDTH, () => []) },
    }),
    'onnx/language_model.onnx': makeOnnx({
      inputs: {
        inputs_embeds: ['batch_size', 'sequence_length', WIDTH],
        ...kept.inputs,
      },
      outputs: { last_hidden_state: ['batch_size', 1, WIDTH], ...kept.outputs },
      nodes: [
        { operator: 'Unsqueeze', inputs: ['inputs_embeds', 'one'], outputs: ['own'] },
        ...kept.nodes,
        {
          operator: 'ReduceSum',
          inputs: ['present.0.key', 'two'],
          outputs: ['last_hidden_state'],
          attributes: { keepdims: 0 },
        },
      ],
      weights: {
        one: { dims: [1], data: BigInt64Array.of(1n) },
        two: { dims: [1], data: BigInt64Array.of(2n) },
      },
    }),
    'onnx/lm_head.onnx': makeOnnx({
      inputs: { last_hidden_state: ['batch_size', 'length', WIDTH] },
      outputs: { logits: ['batch_size', 'length', vocabulary.length] },
      nodes: [
        { operator: 'MatMul', inputs: ['last_hidden_state', 'saying'], outputs: ['said'] },
        { operator: 'MatMul', inputs: ['last_hidden_state', 'breaking'], outputs: ['broken'] },
        { operator: 'Neg', inputs: ['broken'], outputs: ['below_zero'] },
        { operator: 'Sqrt', inputs: ['below_zero'], outputs: ['number'] },
        { operator: 'Add', inputs: ['said', 'number'], outputs: ['scores'] },
        { operator: 'Add', inputs: ['scores', 'usual'], outputs: ['logits'] },
      ],
      weights: {
        // It ends where as many colours were said as were to be.
        saying: tableOf(WIDTH, vocabulary.length, (row) => {
          const colour = row - COLOURS.length;
          if (colour >= 0 && colour < COLOURS.length) return [[vocabulary.indexOf(COLOURS[colour]!), 10]];
          if (row === columnOf('heard')) return [[vocabulary.indexOf('a'), -1e5]];
          const weight = ENDING.get(FLAGS[row - 2 * COLOURS.length]!);
          return weight === undefined ? [] : [[vocabulary.indexOf(end), weight]];
        }),
        breaking: tableOf(WIDTH, 1, (row) => (row === columnOf('broken') ? [[0, 1]] : [])),
        usual: {
          dims: [vocabulary.length],
          data: Float32Array.from(vocabulary, (word) => {
            if (COLOURS.includes(word)) return 100;
            return word === end ? -500 : word === 'a' ? 1e4 : -1e4;
          }),
        },
      },
    }),
    'onnx/gen_head.onnx': makeOnnx({
      inputs: { last_hidden_state: ['batch_size', 'length', WIDTH] },
      outputs: { logits: ['batch_size', 'length', COLOURS.length] },
      nodes: [{ operator: 'MatMul', inputs: ['last_hidden_state', 'sure'], outputs: ['logits'] }],
      weights: {
        sure: tableOf(WIDTH, COLOURS.length, (row) => (row < COLOURS.length ? [[row, 20]] : [])),
      },
    }),
    'onnx/image_decode.onnx': makeOnnx({
      inputs: { generated_tokens: { type: 'int64', dims: [1, PIECES] } },
      outputs: { decoded_image: [1, 3, 2 * EDGE, 2 * EDGE] },
      nodes: [
        { operator: 'Gather', inputs: ['colours', 'generated_tokens'], outputs: ['row'] },
        { operator: 'Reshape', inputs: ['row', 'square'], outputs: ['places'] },
        {
          operator: 'Transpose',
          inputs: ['places'],
          outputs: ['small'],
          attributes: { perm: [0, 5, 1, 2, 3, 4] },
        },
        { operator: 'Expand', inputs: ['small', 'large'], outputs: ['pieces'] },
        { operator: 'Reshape', inputs: ['pieces', 'picture'], outputs: ['decoded_image'] },
      ],
      weights: {
        colours: {
          dims: [COLOURS.length, 3],
          data: Float32Array.of(1, -1, -1, -1, 1, -1, -1, -1, 1),
        },
        // Row, and how high; column, and how wide; then the colour.
        square: { dims: [6], data: BigInt64Array.of(1n, 2n, 1n, 2n, 1n, 3n) },
        large: { dims: [6], data: BigInt64Array.of(1n, 3n, 2n, BigInt(EDGE), 2n, BigInt(EDGE)) },
        picture: { dims: [4], data: BigInt64Array.of(1n, 3n, BigInt(2 * EDGE), BigInt(2 * EDGE)) },
      },
    }),
  };
}

/** What says that an answer has ended, or has not. */
const ENDING = new Map<(typeof FLAGS)[number], number>([
  ['said', 1_000],
  ['twice', -1_000],
  ['nothing', 1e4],
  ['ever', -1e6],
]);
