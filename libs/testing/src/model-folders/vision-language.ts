import { makeOnnx } from '../onnx/make-onnx.ts';
import { keptStates } from './kept-states.ts';
import { jsonFile, tableOf, type ModelFolder } from './model-folder.ts';
import { picturePreprocessor } from './picture-preprocessor.ts';
import { tokenMeanings } from './token-meanings.ts';
import { tokenizerFiles, vocabularyOf } from './tokenizer-files.ts';

const COLOURS = ['red', 'green', 'blue'];
const IMAGE = '<image>';
/** What a state means: how red, green and blue a picture is; that it is to be said twice; that a colour was said. */
const WIDTH = 5;
const [TWICE, SAID] = [3, 4];

/**
 * A model of SmolVLM's kind that says the colour of the picture, says it twice where the question has `twice` in it, and nothing where it has `nothing`. It adds up all that
 * it has read, pictures and words, and keeps that as states.
 */
export function visionLanguageFolder(): ModelFolder {
  const tokenizer = {
    ...{ words: ['what', 'colour', 'twice', 'nothing', ...COLOURS], kind: 'PreTrainedTokenizerFast' },
    special: [IMAGE, '<fake_token_around_image>', '<global-img>'],
  };
  const vocabulary = vocabularyOf(tokenizer);
  const tokens = vocabulary.length;
  const idOf = (word: string): number => vocabulary.indexOf(word);
  const ends = { eos_token_id: 2, pad_token_id: 0, bos_token_id: 1 };
  const kept = keptStates(WIDTH);
  return {
    ...tokenizerFiles({ ...tokenizer, config: { chat_template: CHAT_TEMPLATE } }),
    ...picturePreprocessor('Idefics3ImageProcessor', 16, {
      ...{ size: { longest_edge: 32 }, max_image_size: { longest_edge: 16 }, do_image_splitting: true },
      processor_class: 'Idefics3Processor',
    }),
    'processor_config.json': jsonFile({ processor_class: 'Idefics3Processor', image_seq_len: 1 }),
    'config.json': jsonFile({
      ...{ model_type: 'idefics3', architectures: ['Idefics3ForConditionalGeneration'] },
      ...{ image_token_id: idOf(IMAGE), ...ends },
      text_config: {
        ...{ model_type: 'llama', vocab_size: tokens, max_position_embeddings: 64, hidden_size: WIDTH },
        ...{ num_hidden_layers: 1, num_attention_heads: 1, num_key_value_heads: 1, head_dim: WIDTH },
      },
    }),
    'generation_config.json': jsonFile(ends),
    'onnx/embed_tokens.onnx': tokenMeanings(tokens, WIDTH, (row) => {
      if (vocabulary[row] === 'twice') return [[TWICE, 1]];
      return ['nothing', ...COLOURS].includes(vocabulary[row]!) ? [[SAID, 1]] : [];
    }),
    'onnx/vision_encoder.onnx': makeOnnx({
      inputs: {
        pixel_values: ['batch_size', 'pieces', 3, 'height', 'width'],
        pixel_attention_mask: { type: 'bool', dims: ['batch_size', 'pieces', 'height', 'width'] },
      },
      outputs: { image_features: ['batch_size', 'pieces', WIDTH] },
      nodes: [
        {
          operator: 'ReduceMean',
          inputs: ['pixel_values'],
          outputs: ['means'],
          attributes: { axes: [3, 4], keepdims: 0 },
        },
        { operator: 'MatMul', inputs: ['means', 'states'], outputs: ['image_features'] },
      ],
      weights: { states: tableOf(3, WIDTH, (row) => [[row, 1]]) },
    }),
    'onnx/decoder_model_merged.onnx': makeOnnx({
      inputs: {
        inputs_embeds: ['batch_size', 'sequence_length', WIDTH],
        ...kept.inputs,
      },
      outputs: { logits: ['batch_size', 1, tokens], ...kept.outputs },
      nodes: [
        { operator: 'Unsqueeze', inputs: ['inputs_embeds', 'one'], outputs: ['own'] },
        ...kept.nodes,
        {
          operator: 'ReduceSum',
          inputs: ['present.0.key', 'two'],
          outputs: ['sum'],
          attributes: { keepdims: 0 },
        },
        { operator: 'MatMul', inputs: ['sum', 'saying'], outputs: ['said'] },
        { operator: 'Add', inputs: ['said', 'usual'], outputs: ['logits'] },
      ],
      weights: {
        one: { dims: [1], data: BigInt64Array.of(1n) },
        two: { dims: [1], data: BigInt64Array.of(2n) },
        // It ends where as many colours were said as were to be.
        saying: tableOf(WIDTH, tokens, (row) => {
          if (row === TWICE) return [[idOf('</s>'), -1_000]];
          if (row === SAID) return [[idOf('</s>'), 1_000]];
          return [[idOf(COLOURS[row]!), 10]];
        }),
        usual: {
          dims: [tokens],
          data: Float32Array.from(vocabulary, (token) =>
            token === '</s>' ? -500 : COLOURS.includes(token) ? 100 : -10_000,
          ),
        },
      },
    }),
  };
}

const CHAT_TEMPLATE =
  "{% for message in messages %}{% for part in message['content'] %}{% if part['type'] == 'image' %}<image>" +
  "{% else %} {{ part['text'] }}{% endif %}{% endfor %}{% endfor %}";
