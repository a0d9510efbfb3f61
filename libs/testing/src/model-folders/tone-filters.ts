import type { TinyGraph } from '../onnx/make-onnx.ts';

export interface ToneFilters {
  /** Give `powers`, [batch, two for each tone, frames]; what is left over is not heard. */
  readonly nodes: TinyGraph['nodes'];
  readonly weights: NonNullable<TinyGraph['weights']>;
}

/**
 * How loud each of these tones is in each frame: the powers of its cosine and of its sine, one after the other.
 * @param options.from an input or result, [batch, 1, samples]
 */
export function toneFilters(
  hertz: readonly number[],
  { frame, rate, from }: { frame: number; rate: number; from: string },
): ToneFilters {
  const waves = new Float32Array(2 * hertz.length * frame);
  hertz.forEach((one, at) => {
    for (let i = 0; i < frame; i++) {
      const angle = (2 * Math.PI * one * i) / rate;
      waves[2 * at * frame + i] = (2 * Math.cos(angle)) / frame;
      waves[(2 * at + 1) * frame + i] = (2 * Math.sin(angle)) / frame;
    }
  });
  return {
    nodes: [
      {
        operator: 'Conv',
        inputs: [from, 'waves'],
        outputs: ['parts'],
        attributes: { kernel_shape: [frame], strides: [frame] },
      },
      { operator: 'Mul', inputs: ['parts', 'parts'], outputs: ['powers'] },
    ],
    weights: { waves: { dims: [2 * hertz.length, 1, frame], data: waves } },
  };
}

/** The same, from `input_values`, [batch, samples]. */
export function toneFiltersOfWaves(
  hertz: readonly number[],
  of: { frame: number; rate: number },
): ToneFilters {
  const { nodes, weights } = toneFilters(hertz, { ...of, from: 'sound' });
  return {
    nodes: [{ operator: 'Unsqueeze', inputs: ['input_values', 'channel'], outputs: ['sound'] }, ...nodes],
    weights: { ...weights, channel: { dims: [1], data: BigInt64Array.of(1n) } },
  };
}
