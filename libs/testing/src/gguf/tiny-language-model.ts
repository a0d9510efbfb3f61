import { ggufPieces, type GgufTensor } from '@intermodal/engines';

const ENGLISH = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
const SPANISH = ['uno', 'dos', 'tres', 'cuatro', 'cinco', 'seis', 'siete', 'ocho', 'nueve', 'diez'];
const WISH = 'spanish';

const CONTEXT_TOKENS = 1_024;
const WIDTH = 64;
/** What a position of a hidden state means: 0 to 9 that the token is the number 1 to 10, and these. */
const NO_NUMBER = 10;
const WISHES_SPANISH = 11;
const IS_SPANISH = 12;

/**
 * A language model of some 200 kB with weights made by hand: it counts on in English from the last number of what was said (a word, or a
 * digit), up to ten, and from one where there was none; in Spanish when the word `spanish` stands anywhere before. So an answer needs
 * both the last token and attention over all of them, and one that hears another conversation's words is found out.
 *
 * Llama's architecture, one layer: a token's embedding says which number it is; the attention is even over all tokens before
 * (queries and keys are zero) and carries whether Spanish was wished for; there is no feed-forward network.
 */
export function tinyLanguageModel(): Buffer {
  const words = [...ENGLISH, ...SPANISH, WISH];
  const tokens = [
    ...['<unk>', '<s>', '</s>'],
    ...Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`),
    // The tokenizer puts words together letter by letter, from their beginnings; with a space before them where there is one.
    ...new Set(['▁', ''].flatMap((before) => words.flatMap((word) => beginningsOf(`${before}${word}`)))),
  ];
  const idOf = (token: string): number => tokens.indexOf(token);
  const embedding = new Float32Array(tokens.length * WIDTH);
  const output = new Float32Array(tokens.length * WIDTH);
  tokens.forEach((token, id) => {
    const number = numberOf(token);
    embedding[id * WIDTH + (number ?? NO_NUMBER)] = 1;
    if (token.replace('▁', '') === WISH) embedding[id * WIDTH + WISHES_SPANISH] = 1;
  });
  const prefer = (token: string, meaning: number, by: number): void => {
    output[idOf(token) * WIDTH + meaning]! += by;
  };
  for (const meaning of [NO_NUMBER, 0, 1, 2, 3, 4, 5, 6, 7, 8]) {
    const next = meaning === NO_NUMBER ? 0 : meaning + 1;
    prefer(`▁${ENGLISH[next]}`, meaning, 8);
    prefer(`▁${SPANISH[next]}`, meaning, 7);
  }
  prefer('</s>', 9, 8);
  for (const token of [...SPANISH.map((word) => `▁${word}`), '</s>']) prefer(token, IS_SPANISH, 1_000);

  const square = (set: (at: (column: number, row: number) => number, values: Float32Array) => void) => {
    const values = new Float32Array(WIDTH * WIDTH);
    set((column, row) => row * WIDTH + column, values);
    return { dims: [WIDTH, WIDTH], values };
  };
  const zero = square(() => {});
  const ones: GgufTensor = { dims: [WIDTH], values: new Float32Array(WIDTH).fill(1) };
  const pieces = ggufPieces(
    {
      'general.architecture': 'llama',
      'general.name': 'tiny-language-model',
      'llama.context_length': CONTEXT_TOKENS,
      'llama.embedding_length': WIDTH,
      'llama.block_count': 1,
      'llama.feed_forward_length': WIDTH,
      'llama.attention.head_count': 1,
      'llama.attention.head_count_kv': 1,
      'llama.attention.layer_norm_rms_epsilon': { float: 1e-5 },
      'llama.rope.dimension_count': WIDTH,
      'llama.vocab_size': tokens.length,
      'tokenizer.ggml.model': 'llama',
      'tokenizer.ggml.tokens': { strings: tokens },
      'tokenizer.ggml.scores': { floats: tokens.map((_, id) => (id < 3 ? 0 : -id)) },
      'tokenizer.ggml.token_type': { integers: tokens.map(typeOf) },
      'tokenizer.ggml.add_space_prefix': false,
      'tokenizer.ggml.bos_token_id': 1,
      'tokenizer.ggml.eos_token_id': 2,
      'tokenizer.chat_template': CHAT_TEMPLATE,
    },
    {
      'token_embd.weight': { dims: [WIDTH, tokens.length], values: embedding },
      'output_norm.weight': ones,
      'output.weight': { dims: [WIDTH, tokens.length], values: output },
      'blk.0.attn_norm.weight': ones,
      'blk.0.attn_q.weight': zero,
      'blk.0.attn_k.weight': zero,
      'blk.0.attn_v.weight': square((at, values) => (values[at(WISHES_SPANISH, 0)] = 1)),
      'blk.0.attn_output.weight': square((at, values) => (values[at(0, IS_SPANISH)] = 1)),
      'blk.0.ffn_norm.weight': ones,
      'blk.0.ffn_gate.weight': zero,
      'blk.0.ffn_up.weight': zero,
      'blk.0.ffn_down.weight': zero,
    },
  );
  return Buffer.concat(pieces);
}

/** Nothing stands between the last message and its answer, so that its last word is what is gone on from. */
const CHAT_TEMPLATE =
  "{{ bos_token }}{% for message in messages %}{% if message['role'] == 'assistant' %}{{ message['content'] + eos_token }}" +
  "{% else %}{{ '\\n[' + message['role'] + '] ' + message['content'] }}{% endif %}{% endfor %}";

const beginningsOf = (word: string): string[] =>
  Array.from({ length: word.length }, (_, letters) => word.slice(0, letters + 1));

/** 0 for the number one. */
function numberOf(token: string): number | undefined {
  const digit = /^<0x3([1-9])>$/.exec(token)?.[1];
  const word = token.replace('▁', '');
  const at = digit ? Number(digit) - 1 : Math.max(ENGLISH.indexOf(word), SPANISH.indexOf(word));
  return at < 0 ? undefined : at;
}

/** As llama.cpp calls them: unknown, control, byte, normal. */
const typeOf = (_: string, id: number): number => (id === 0 ? 2 : id < 3 ? 3 : id < 259 ? 6 : 1);
