import { makeOnnx, type TinyGraph, type TinyNode, type TinyWeights } from '../onnx/make-onnx.ts';

export interface DecoderOptions {
  /** In its vocabulary. */
  readonly tokens: number;
  /** Of each state of the encoder. */
  readonly width: number;
  /** [width, tokens]: what a state of the encoder says of the next token. */
  readonly table: TinyWeights;
  /** Whether it is told which of the encoder's states are of a text, and which it was filled up with. */
  readonly masked?: boolean;
  /** It is given states of tokens, [batch, length, width], and not their ids, which stand in the last column of these. */
  readonly embedded?: { readonly width: number };
  /** What else is added to `seen`, [batch, length, tokens]: nodes that make `scores` of it and of `heard`, the tokens so far. */
  readonly more?: {
    readonly nodes: readonly TinyNode[];
    readonly weights: Readonly<Record<string, TinyWeights>>;
    /** Beside `logits` and what it keeps. */
    readonly outputs?: TinyGraph['outputs'];
  };
}

const KEEP = ['key', 'value'] as const;

/**
 * A decoder of Transformers.js that keeps what it has read: its t-th token is told by the t-th state of the encoder, and beyond those by the
 * last one. What it keeps are the tokens themselves; their number is the position.
 */
export function mergedDecoder({
  tokens,
  width,
  table,
  masked = false,
  embedded,
  more,
}: DecoderOptions): Uint8Array {
  const kept = (part: 'decoder' | 'encoder', name: string) => `past_key_values.0.${part}.${name}`;
  const present = (part: 'decoder' | 'encoder', name: string) => `present.0.${part}.${name}`;
  const all = (['decoder', 'encoder'] as const).flatMap((part) => KEEP.map((name) => [part, name] as const));
  const graph: TinyGraph = {
    inputs: {
      ...(embedded
        ? { inputs_embeds: ['batch_size', 'length', embedded.width] }
        : { input_ids: { type: 'int64', dims: ['batch_size', 'length'] } }),
      encoder_hidden_states: ['batch_size', 'encoder_length', width],
      ...(masked && { encoder_attention_mask: { type: 'int64', dims: ['batch_size', 'encoder_length'] } }),
      ...Object.fromEntries(
        all.map(([part, name]) => [kept(part, name), ['batch_size', 1, `past_${part}`, 1]]),
      ),
      use_cache_branch: { type: 'bool', dims: [1] },
    },
    outputs: {
      logits: ['batch_size', 'length', tokens],
      ...Object.fromEntries(
        all.map(([part, name]) => [present(part, name), ['batch_size', 1, `all_${part}`, 1]]),
      ),
      ...more?.outputs,
    },
    nodes: [
      ...positionsOf(kept('decoder', 'key'), embedded ? 'inputs_embeds' : 'input_ids'),
      { operator: 'Shape', inputs: ['encoder_hidden_states'], outputs: ['states_shape'] },
      { operator: 'Gather', inputs: ['states_shape', 'one'], outputs: ['states'] },
      { operator: 'Sub', inputs: ['states', 'one'], outputs: ['last_state'] },
      { operator: 'Min', inputs: ['positions', 'last_state'], outputs: ['places'] },
      {
        operator: 'Gather',
        inputs: ['encoder_hidden_states', 'places'],
        outputs: ['state'],
        attributes: { axis: 1 },
      },
      { operator: 'MatMul', inputs: ['state', 'table'], outputs: ['seen'] },
      embedded
        ? {
            ...{ operator: 'Gather', inputs: ['inputs_embeds', 'id_column'], outputs: ['ids'] },
            attributes: { axis: 2 },
          }
        : { operator: 'Cast', inputs: ['input_ids'], outputs: ['ids'], attributes: { to: 1 } },
      { operator: 'Unsqueeze', inputs: ['ids', 'around'], outputs: ['own'] },
      ...KEEP.flatMap((name): TinyNode[] => [
        {
          operator: 'Concat',
          inputs: [kept('decoder', name), 'own'],
          outputs: [present('decoder', name)],
          attributes: { axis: 2 },
        },
        { operator: 'Identity', inputs: [kept('encoder', name)], outputs: [present('encoder', name)] },
      ]),
      { operator: 'Identity', inputs: [present('decoder', 'key')], outputs: ['heard'] },
      ...(more?.nodes ?? [{ operator: 'Identity', inputs: ['seen'], outputs: ['scores'] }]),
      { operator: 'Identity', inputs: ['scores'], outputs: ['logits'] },
    ],
    weights: {
      table,
      one: { dims: [], data: BigInt64Array.of(1n) },
      two: { dims: [], data: BigInt64Array.of(2n) },
      ...(embedded && { id_column: { dims: [], data: BigInt64Array.of(BigInt(embedded.width - 1)) } }),
      around: { dims: [2], data: BigInt64Array.of(1n, 3n) },
      ...more?.weights,
    },
  };
  return makeOnnx(graph);
}

/** Of the tokens that are given, behind those that are kept. */
const positionsOf = (kept: string, given: string): TinyNode[] => [
  { operator: 'Shape', inputs: [kept], outputs: ['kept_shape'] },
  { operator: 'Gather', inputs: ['kept_shape', 'two'], outputs: ['past'] },
  { operator: 'Shape', inputs: [given], outputs: ['given_shape'] },
  { operator: 'Gather', inputs: ['given_shape', 'one'], outputs: ['given'] },
  { operator: 'Add', inputs: ['past', 'given'], outputs: ['total'] },
  { operator: 'Range', inputs: ['past', 'total', 'one'], outputs: ['positions'] },
];
