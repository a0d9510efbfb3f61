import type { TinyGraph } from '../onnx/make-onnx.ts';

/** What a language model of one layer keeps of all that it has read, for the next step: a state for each token. */
export function keptStates(width: number): TinyGraph {
  const past = ['batch_size', 1, 'past_sequence_length', width] as const;
  const all = ['batch_size', 1, 'total_sequence_length', width] as const;
  return {
    inputs: {
      attention_mask: { type: 'int64', dims: ['batch_size', 'total_sequence_length'] },
      'past_key_values.0.key': past,
      'past_key_values.0.value': past,
    },
    outputs: { 'present.0.key': all, 'present.0.value': all },
    // Those of this step, `own`, behind those before.
    nodes: ['key', 'value'].map((name) => ({
      operator: 'Concat',
      inputs: [`past_key_values.0.${name}`, 'own'],
      outputs: [`present.0.${name}`],
      attributes: { axis: 2 },
    })),
  };
}
