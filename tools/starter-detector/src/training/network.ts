import type { Random } from '../random.ts';

/** What is learnt, with its gradient and Adam's two running means. */
export class Parameter {
  readonly dims: readonly number[];
  readonly data: Float32Array;
  readonly gradient: Float32Array;
  readonly mean: Float32Array;
  readonly square: Float32Array;

  constructor(dims: readonly number[], random: Random, inputs: number) {
    const size = dims.reduce((product, it) => product * it, 1);
    this.dims = dims;
    this.data = new Float32Array(size);
    this.gradient = new Float32Array(size);
    this.mean = new Float32Array(size);
    this.square = new Float32Array(size);
    const spread = inputs === 0 ? 0 : Math.sqrt(2 / inputs);
    for (let i = 0; i < size; i++) this.data[i] = random.normal() * spread;
  }
}

/** One example at a time forward, then backward, which adds to the gradients. */
export interface Layer {
  readonly weights: Parameter;
  readonly bias: Parameter;
  forward(input: Float32Array): Float32Array;
  /** @returns the gradient of the input */
  backward(gradient: Float32Array): Float32Array;
}

/** 3 x 3, every second pixel, with a border of zeros, then what is below zero is cut off. */
export class Convolution implements Layer {
  readonly weights: Parameter;
  readonly bias: Parameter;
  /** Where each cell of the unrolled input comes from; -1 for the border. */
  readonly #sources: Int32Array;
  readonly #columns: Float32Array;
  readonly #output: Float32Array;
  readonly #columnGradient: Float32Array;
  readonly #inputGradient: Float32Array;

  constructor(channels: number, filters: number, edge: number, random: Random) {
    const points = (edge / 2) ** 2;
    this.weights = new Parameter([filters, channels, 3, 3], random, channels * 9);
    this.bias = new Parameter([filters], random, 0);
    this.#sources = sourcesOf(channels, edge);
    this.#columns = new Float32Array(channels * 9 * points);
    this.#columnGradient = new Float32Array(channels * 9 * points);
    this.#output = new Float32Array(filters * points);
    this.#inputGradient = new Float32Array(channels * edge * edge);
  }

  forward(input: Float32Array): Float32Array {
    const sources = this.#sources;
    const columns = this.#columns;
    for (let i = 0; i < sources.length; i++) columns[i] = sources[i]! < 0 ? 0 : input[sources[i]!]!;
    const filters = this.bias.data.length;
    const points = this.#output.length / filters;
    const inputs = this.weights.data.length / filters;
    for (let f = 0; f < filters; f++) {
      const out = this.#output.subarray(f * points, (f + 1) * points).fill(this.bias.data[f]!);
      for (let k = 0; k < inputs; k++) {
        const weight = this.weights.data[f * inputs + k]!;
        const from = k * points;
        for (let p = 0; p < points; p++) out[p]! += weight * columns[from + p]!;
      }
      for (let p = 0; p < points; p++) if (out[p]! < 0) out[p] = 0;
    }
    return this.#output;
  }

  backward(gradient: Float32Array): Float32Array {
    const filters = this.bias.data.length;
    const points = this.#output.length / filters;
    const inputs = this.weights.data.length / filters;
    const columns = this.#columns;
    const columnGradient = this.#columnGradient.fill(0);
    for (let i = 0; i < gradient.length; i++) if (this.#output[i] === 0) gradient[i] = 0;
    for (let f = 0; f < filters; f++) {
      const given = gradient.subarray(f * points, (f + 1) * points);
      let sum = 0;
      for (let p = 0; p < points; p++) sum += given[p]!;
      this.bias.gradient[f]! += sum;
      for (let k = 0; k < inputs; k++) {
        const weight = this.weights.data[f * inputs + k]!;
        const from = k * points;
        let change = 0;
        for (let p = 0; p < points; p++) {
          change += given[p]! * columns[from + p]!;
          columnGradient[from + p]! += weight * given[p]!;
        }
        this.weights.gradient[f * inputs + k]! += change;
      }
    }
    const back = this.#inputGradient.fill(0);
    const sources = this.#sources;
    for (let i = 0; i < sources.length; i++) if (sources[i]! >= 0) back[sources[i]!]! += columnGradient[i]!;
    return back;
  }
}

export class Dense implements Layer {
  readonly weights: Parameter;
  readonly bias: Parameter;
  readonly #rectified: boolean;
  readonly #output: Float32Array;
  readonly #inputGradient: Float32Array;
  #input = new Float32Array();

  constructor(inputs: number, outputs: number, rectified: boolean, random: Random) {
    this.weights = new Parameter([outputs, inputs], random, inputs);
    this.bias = new Parameter([outputs], random, 0);
    this.#rectified = rectified;
    this.#output = new Float32Array(outputs);
    this.#inputGradient = new Float32Array(inputs);
  }

  forward(input: Float32Array): Float32Array {
    this.#input = input as Float32Array<ArrayBuffer>;
    for (let o = 0; o < this.#output.length; o++) {
      let sum = this.bias.data[o]!;
      const from = o * input.length;
      for (let i = 0; i < input.length; i++) sum += this.weights.data[from + i]! * input[i]!;
      this.#output[o] = this.#rectified ? Math.max(sum, 0) : sum;
    }
    return this.#output;
  }

  backward(gradient: Float32Array): Float32Array {
    const back = this.#inputGradient.fill(0);
    for (let o = 0; o < gradient.length; o++) {
      const given = this.#rectified && this.#output[o] === 0 ? 0 : gradient[o]!;
      if (given === 0) continue;
      this.bias.gradient[o]! += given;
      const from = o * back.length;
      for (let i = 0; i < back.length; i++) {
        this.weights.gradient[from + i]! += given * this.#input[i]!;
        back[i]! += given * this.weights.data[from + i]!;
      }
    }
    return back;
  }
}

/** Scores that add up to 1. */
export function softmax(values: Float32Array): Float32Array {
  const largest = Math.max(...values);
  const powers = values.map((it) => Math.exp(it - largest));
  const sum = powers.reduce((total, it) => total + it, 0);
  return powers.map((it) => it / sum);
}

function sourcesOf(channels: number, edge: number): Int32Array {
  const half = edge / 2;
  const sources = new Int32Array(channels * 9 * half * half).fill(-1);
  for (let cell = 0; cell < sources.length; cell++) {
    const [x, y] = [cell % half, Math.floor(cell / half) % half];
    const k = Math.floor(cell / (half * half));
    const [row, column] = [y * 2 + Math.floor((k % 9) / 3) - 1, x * 2 + (k % 3) - 1];
    if (row < 0 || column < 0 || row >= edge || column >= edge) continue;
    sources[cell] = (Math.floor(k / 9) * edge + row) * edge + column;
  }
  return sources;
}
