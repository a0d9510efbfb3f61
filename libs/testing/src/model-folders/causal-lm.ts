import { makeOnnx } from '../onnx/make-onnx.ts';
import { keptStates } from './kept-states.ts';
import { jsonFile, tableOf, type ModelFolder } from './model-folder.ts';
import { tokenizerFiles, vocabularyOf } from './tokenizer-files.ts';

const ENGLISH = ['one', 'two', 'three', 'four', 'five'];
const SPANISH = ['uno', 'dos', 'tres', 'cuatro', 'cinco'];
const WISH = 'spanish';

export interface CausalLmOptions {
  readonly chatTemplate?: false;
  readonly contextTokens?: number;
  /** Scores of each token; as many as there are words when left out. */
  readonly scores?: number;
  /** Whether it gives scores of as many tokens as it is told to, the last ones; of all that it reads when left out. */
  readonly toldHowMany?: true;
}

/**
 * A language model that counts on from the last word of what was said, to five; in Spanish where `spanish` stands anywhere before and is
 * attended to. So its answer needs the last token, and all that it has kept of those before.
 */
export function causalLmFolder(options: CausalLmOptions = {}): ModelFolder {
  const { contextTokens = 64, toldHowMany } = options;
  const tokenizer = { words: [...ENGLISH, ...SPANISH, WISH, 'from'], kind: 'PreTrainedTokenizerFast' };
  const vocabulary = vocabularyOf(tokenizer);
  const tokens = vocabulary.length;
  const scores = options.scores ?? tokens;
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
      contextTokens,
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
      max_position_embeddings: contextTokens,
    }),
    'generation_config.json': jsonFile({ ...ends, do_sample: true, temperature: 50, top_p: 0.9 }),
    'onnx/model.onnx': makeOnnx({
      inputs: {
        input_ids: { type: 'int64', dims: ['batch_size', 'sequence_length'] },
        position_ids: { type: 'int64', dims: ['batch_size', 'sequence_length'] },
        ...(toldHowMany && { num_logits_to_keep: { type: 'int64', dims: [] } }),
        ...kept.inputs,
      },
      outputs: {
        logits: ['batch_size', toldHowMany ? 'told' : 'sequence_length', scores],
        ...kept.outputs,
      },
      nodes: [
        { operator: 'Cast', inputs: ['input_ids'], outputs: ['ids'], attributes: { to: 1 } },
        { operator: 'Unsqueeze', inputs: ['ids', 'around'], outputs: ['own'] },
        ...kept.nodes,
        { operator: 'Equal', inputs: ['present.0.key', 'wish'], outputs: ['is_wish'] },
        { operator: 'Unsqueeze', inputs: ['attention_mask', 'around'], outputs: ['mask'] },
        { operator: 'Cast', inputs: ['mask'], outputs: ['is_there'], attributes: { to: 9 } },
        { operator: 'And', inputs: ['is_wish', 'is_there'], outputs: ['is_heard'] },
        { operator: 'Cast', inputs: ['is_heard'], outputs: ['wishes'], attributes: { to: 1 } },
        {
          operator: 'ReduceSum',
          inputs: ['wishes', 'two'],
          outputs: ['wished'],
          attributes: { keepdims: 0 },
        },
        { operator: 'Gather', inputs: ['english', 'input_ids'], outputs: ['usual'] },
        { operator: 'Gather', inputs: ['spanish', 'input_ids'], outputs: ['told'] },
        { operator: 'Mul', inputs: ['told', 'wished'], outputs: ['heeded'] },
        { operator: 'Add', inputs: ['usual', 'heeded'], outputs: ['of_words'] },
        { operator: 'Pad', inputs: ['of_words', 'pads'], outputs: [toldHowMany ? 'of_all' : 'logits'] },
        ...(toldHowMany ? LAST_ONES : []),
      ],
      weights: {
        english: next(ENGLISH, 5),
        spanish: next(SPANISH, 9),
        wish: { dims: [1], data: Float32Array.of(idOf(WISH)) },
        around: { dims: [2], data: BigInt64Array.of(1n, 3n) },
        two: { dims: [1], data: BigInt64Array.of(2n) },
        pads: { dims: [6], data: BigInt64Array.of(0n, 0n, 0n, 0n, 0n, BigInt(scores - tokens)) },
        one: { dims: [1], data: BigInt64Array.of(1n) },
        end: { dims: [1], data: BigInt64Array.of(2n ** 62n) },
      },
    }),
  };
}

const LAST_ONES = [
  { operator: 'Neg', inputs: ['num_logits_to_keep'], outputs: ['back'] },
  { operator: 'Reshape', inputs: ['back', 'one'], outputs: ['begin'] },
  { operator: 'Slice', inputs: ['of_all', 'begin', 'end', 'one'], outputs: ['logits'] },
];
const CHAT_TEMPLATE = "{% for message in messages %} {{ message['content'] }}{% endfor %}";
