import { makeOnnx } from '../onnx/make-onnx.ts';
import { keptStates } from './kept-states.ts';
import { jsonFile, tableOf, type ModelFolder } from './model-folder.ts';
import { tokenizerFiles, vocabularyOf } from './tokenizer-files.ts';

const ENGLISH = ['one', 'two', 'three', 'four', 'five'];
const SPANISH = ['uno', 'dos', 'tres', 'cuatro', 'cinco'];
const WISH = 'spanish';

/**
 * A language model that counts on from the last word of what was said, to five; in Spanish where `spanish` stands anywhere before. So its
 * answer needs the last token, and all that it has kept of those before.
 */
export function causalLmFolder(options: { chatTemplate?: false } = {}): ModelFolder {
  const tokenizer = { words: [...ENGLISH, ...SPANISH, WISH, 'from'], kind: 'PreTrainedTokenizerFast' };
  const vocabulary = vocabularyOf(tokenizer);
  const tokens = vocabulary.length;
  const idOf = (word: string): number => vocabulary.indexOf(word);
  const next = (words: readonly string[], by: number) =>
    tableOf(tokens, tokens, (row) => {
      const word = vocabulary[row]!;
      const number = Math.max(ENGLISH.indexOf(word), SPANISH.indexOf(word));
      return [[number < 0 ? idOf(words[0]!) : idOf(words[number + 1] ?? '</s>'), by]];
    });
  const ends = { eos_token_id: 2, pad_token_id: 0, bos_token_id: 1 };
  const kept = keptStates(1);
  return {
    ...tokenizerFiles({
      ...tokenizer,
      ...(options.chatTemplate !== false && { config: { chat_template: CHAT_TEMPLATE } }),
    }),
    'config.json': jsonFile({
      ...{
        model_type: 'llama',
        architectures: ['LlamaForCausalLM'],
        vocab_size: tokens,
        hidden_size: 1,
        ...ends,
      },
      ...{ num_hidden_layers: 1, num_attention_heads: 1, num_key_value_heads: 1, head_dim: 1 },
      max_position_embeddings: 64,
    }),
    'generation_config.json': jsonFile({ ...ends, do_sample: true, temperature: 50, top_p: 0.9 }),
    'onnx/model.onnx': makeOnnx({
      inputs: {
        input_ids: { type: 'int64', dims: ['batch_size', 'sequence_length'] },
        ...kept.inputs,
      },
      outputs: {
        logits: ['batch_size', 'sequence_length', tokens],
        ...kept.outputs,
      },
      nodes: [
        { operator: 'Cast', inputs: ['input_ids'], outputs: ['ids'], attributes: { to: 1 } },
        { operator: 'Unsqueeze', inputs: ['ids', 'around'], outputs: ['own'] },
        ...kept.nodes,
        { operator: 'Equal', inputs: ['present.0.key', 'wish'], outputs: ['is_wish'] },
        { operator: 'Cast', inputs: ['is_wish'], outputs: ['wishes'], attributes: { to: 1 } },
        {
          operator: 'ReduceSum',
          inputs: ['wishes', 'two'],
          outputs: ['wished'],
          attributes: { keepdims: 0 },
        },
        { operator: 'Gather', inputs: ['english', 'input_ids'], outputs: ['usual'] },
        { operator: 'Gather', inputs: ['spanish', 'input_ids'], outputs: ['told'] },
        { operator: 'Mul', inputs: ['told', 'wished'], outputs: ['heeded'] },
        { operator: 'Add', inputs: ['usual', 'heeded'], outputs: ['logits'] },
      ],
      weights: {
        english: next(ENGLISH, 5),
        spanish: next(SPANISH, 9),
        wish: { dims: [1], data: Float32Array.of(idOf(WISH)) },
        around: { dims: [2], data: BigInt64Array.of(1n, 3n) },
        two: { dims: [1], data: BigInt64Array.of(2n) },
      },
    }),
  };
}

const CHAT_TEMPLATE = "{% for message in messages %} {{ message['content'] }}{% endfor %}";
