import { ggufPieces, type GgufTensor } from '@intermodal/engines';

export interface LanguageModelSize {
  readonly layers: number;
  readonly width: number;
  /** Of the feed-forward network. */
  readonly innerWidth: number;
  readonly heads: number;
  /** Of keys and values, which heads share. */
  readonly sharedHeads: number;
  readonly words: number;
  readonly contextTokens: number;
}

const SPECIAL = ['<unk>', '<s>', '</s>'];
const RANDOM_BLOCK = 4 * 1024 ** 2;

/**
 * The pieces of a language model whose weights are chance, of 16 bits each: it writes nonsense at the speed of a real one of its size, and
 * never ends by itself. Llama's architecture.
 */
export function randomLanguageModel(size: LanguageModelSize): Buffer[] {
  const { layers, width, innerWidth, heads, sharedHeads, words } = size;
  const headWidth = width / heads;
  const chance = randomWeights();
  const tensor = (...dims: number[]): GgufTensor => {
    const values = new Uint16Array(dims.reduce((product, dim) => product * dim));
    for (let at = 0; at < values.length; at += chance.length)
      values.set(chance.subarray(0, Math.min(chance.length, values.length - at)), at);
    return { dims, values };
  };
  const ones: GgufTensor = { dims: [width], values: new Float32Array(width).fill(1) };
  // Of a size each, one is enough: only the speed matters.
  const square = tensor(width, width);
  const narrow = tensor(width, sharedHeads * headWidth);
  const wide = tensor(width, innerWidth);
  const back = tensor(innerWidth, width);
  const output = tensor(width, words);
  (output.values as Uint16Array).fill(0, 0, SPECIAL.length * width);
  const layer = (i: number): Record<string, GgufTensor> => ({
    [`blk.${i}.attn_norm.weight`]: ones,
    [`blk.${i}.attn_q.weight`]: square,
    [`blk.${i}.attn_k.weight`]: narrow,
    [`blk.${i}.attn_v.weight`]: narrow,
    [`blk.${i}.attn_output.weight`]: square,
    [`blk.${i}.ffn_norm.weight`]: ones,
    [`blk.${i}.ffn_gate.weight`]: wide,
    [`blk.${i}.ffn_up.weight`]: wide,
    [`blk.${i}.ffn_down.weight`]: back,
  });
  const tokens = Array.from({ length: words }, (_, id) => SPECIAL[id] ?? byteOrWord(id - SPECIAL.length));
  return ggufPieces(
    {
      'general.architecture': 'llama',
      'general.name': 'random-language-model',
      'llama.context_length': size.contextTokens,
      'llama.embedding_length': width,
      'llama.block_count': layers,
      'llama.feed_forward_length': innerWidth,
      'llama.attention.head_count': heads,
      'llama.attention.head_count_kv': sharedHeads,
      'llama.attention.layer_norm_rms_epsilon': { float: 1e-5 },
      'llama.rope.dimension_count': headWidth,
      'llama.vocab_size': words,
      'tokenizer.ggml.model': 'llama',
      'tokenizer.ggml.tokens': { strings: tokens },
      'tokenizer.ggml.scores': { floats: tokens.map((_, id) => -id) },
      'tokenizer.ggml.token_type': {
        integers: tokens.map((_, id) => (id === 0 ? 2 : id < 3 ? 3 : id < 259 ? 6 : 1)),
      },
      'tokenizer.ggml.bos_token_id': 1,
      'tokenizer.ggml.eos_token_id': 2,
      'tokenizer.chat_template':
        "{{ bos_token }}{% for message in messages %}{{ '[' + message['role'] + '] ' + message['content'] + '\\n' }}{% endfor %}",
    },
    {
      'token_embd.weight': tensor(width, words),
      'output_norm.weight': ones,
      'output.weight': output,
      ...Object.assign({}, ...Array.from({ length: layers }, (_, i) => layer(i))),
    },
  );
}

const byteOrWord = (at: number): string =>
  at < 256 ? `<0x${at.toString(16).toUpperCase().padStart(2, '0')}>` : `▁w${at}`;

/** 16-bit floats between -0.06 and 0.06, always the same ones. */
function randomWeights(): Uint16Array {
  const values = new Uint16Array(RANDOM_BLOCK);
  let state = 1;
  for (let i = 0; i < values.length; i++) {
    // A linear congruential generator; constants of Numerical Recipes.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    // Sign, an exponent from 2^-9 to 2^-5, and a mantissa.
    const exponent = 6 + ((state >>> 16) & 3);
    values[i] = ((state >>> 31) << 15) | (exponent << 10) | ((state >>> 18) & 0x3ff);
  }
  return values;
}
