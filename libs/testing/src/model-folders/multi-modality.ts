import { makeOnnx } from '../onnx/make-onnx.ts';
import { keptStates } from './kept-states.ts';
import { jsonFile, tableOf, type ModelFolder } from './model-folder.ts';
import { picturePreprocessor } from './picture-preprocessor.ts';
import { tokenizerFiles, vocabularyOf } from './tokenizer-files.ts';

const COLOURS = ['red', 'green', 'blue'];
/** Pieces of a picture: two rows of two. */
const PIECES = 4;
/** Each piece is that many pixels wide and high. */
const EDGE = 16;
const CONTEXT_TOKENS = 24;

/**
 * A model of Janus's kind: makes a picture of the colours that are named, each of its pieces of one of them as chance has it; where none is
 * named, of any. It adds up all that it has read, and keeps that as states.
 */
export function multiModalityFolder(): ModelFolder {
  const tokenizer = {
    words: ['a', 'picture', 'of', 'and', ...COLOURS],
    ...{ kind: 'LlamaTokenizer', special: ['<image_placeholder>', '<begin_of_image>', '<end_of_image>'] },
  };
  const vocabulary = vocabularyOf(tokenizer);
  // Beyond the pieces, as in Janus: no piece ends a picture.
  const ends = { eos_token_id: vocabulary.indexOf('<end_of_image>'), pad_token_id: 0, bos_token_id: 1 };
  const width = COLOURS.length;
  const kept = keptStates(width);
  return {
    ...tokenizerFiles({
      ...tokenizer,
      config: {
        chat_template: [
          { name: 'default', template: CHAT_TEMPLATE },
          { name: 'text_to_image', template: `${CHAT_TEMPLATE} <begin_of_image>` },
        ],
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
        ...{ model_type: 'llama', vocab_size: vocabulary.length, hidden_size: width },
        ...{ max_position_embeddings: CONTEXT_TOKENS, num_hidden_layers: 1, num_attention_heads: 1 },
        ...{ num_key_value_heads: 1, head_dim: width },
      },
    }),
    'generation_config.json': jsonFile({ ...ends, guidance_scale: 5 }),
    'onnx/prepare_inputs_embeds.onnx': makeOnnx({
      inputs: { input_ids: { type: 'int64', dims: ['batch_size', 'length'] } },
      outputs: { inputs_embeds: ['batch_size', 'length', width] },
      nodes: [{ operator: 'Gather', inputs: ['meanings', 'input_ids'], outputs: ['inputs_embeds'] }],
      weights: {
        meanings: tableOf(vocabulary.length, width, (row) => {
          const colour = COLOURS.indexOf(vocabulary[row]!);
          return colour < 0 ? [] : [[colour, 1]];
        }),
      },
    }),
    'onnx/gen_img_embeds.onnx': makeOnnx({
      inputs: { image_ids: { type: 'int64', dims: ['batch_size', 'length'] } },
      outputs: { inputs_embeds: ['batch_size', 'length', width] },
      nodes: [{ operator: 'Gather', inputs: ['nothing', 'image_ids'], outputs: ['inputs_embeds'] }],
      weights: { nothing: tableOf(width, width, () => []) },
    }),
    'onnx/language_model.onnx': makeOnnx({
      inputs: {
        inputs_embeds: ['batch_size', 'sequence_length', width],
        ...kept.inputs,
      },
      outputs: { last_hidden_state: ['batch_size', 1, width], ...kept.outputs },
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
    ...Object.fromEntries(
      ['lm_head', 'gen_head'].map((name) => [
        `onnx/${name}.onnx`,
        makeOnnx({
          inputs: { last_hidden_state: ['batch_size', 'length', width] },
          outputs: { logits: ['batch_size', 'length', width] },
          nodes: [{ operator: 'Mul', inputs: ['last_hidden_state', 'sure'], outputs: ['logits'] }],
          weights: { sure: { dims: [1], data: Float32Array.of(20) } },
        }),
      ]),
    ),
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
          dims: [width, 3],
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

const CHAT_TEMPLATE = "{% for message in messages %}{{ message['content'] }}{% endfor %}";
