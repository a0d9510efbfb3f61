import { CROP_CHANNELS, CROP_EDGE } from '@intermodal/engines';
import { makeOnnx, type TinyNode, type TinyWeights } from '@intermodal/testing';
import type { Random } from '../random.ts';
import { Convolution, Dense, softmax, type Layer, type Parameter } from './network.ts';

const FILTERS = [12, 24, 40] as const;
const HIDDEN = 64;

/** Three convolutions and two dense layers: says what a crop shows. */
export class Classifier {
  readonly #layers: readonly Layer[];
  readonly classes: number;

  constructor(classes: number, random: Random) {
    const [first, second, third] = FILTERS;
    this.classes = classes;
    this.#layers = [
      new Convolution(CROP_CHANNELS, first, CROP_EDGE, random),
      new Convolution(first, second, CROP_EDGE / 2, random),
      new Convolution(second, third, CROP_EDGE / 4, random),
      new Dense(third * (CROP_EDGE / 8) ** 2, HIDDEN, true, random),
      new Dense(HIDDEN, classes, false, random),
    ];
  }

  get parameters(): Parameter[] {
    return this.#layers.flatMap(({ weights, bias }) => [weights, bias]);
  }

  scores(crop: Float32Array): Float32Array {
    return softmax(this.#layers.reduce((values, layer) => layer.forward(values), crop));
  }

  /** Adds to the gradients. @returns the loss */
  learn(crop: Float32Array, wanted: number): number {
    const scores = this.scores(crop);
    const loss = -Math.log(Math.max(scores[wanted]!, 1e-9));
    scores[wanted]! -= 1;
    this.#layers.reduceRight((gradient, layer) => layer.backward(gradient), scores);
    return loss;
  }

  toOnnx(): Uint8Array {
    const weights: Record<string, TinyWeights> = {};
    const nodes: TinyNode[] = [];
    let value = 'crops';
    const add = (operator: string, more: readonly string[] = [], attributes: TinyNode['attributes'] = {}) => {
      const output = `value${nodes.length}`;
      nodes.push({ operator, inputs: [value, ...more], outputs: [output], attributes });
      value = output;
    };
    for (const [i, layer] of this.#layers.entries()) {
      weights[`weights${i}`] = layer.weights;
      weights[`bias${i}`] = layer.bias;
      const names = [`weights${i}`, `bias${i}`];
      const isLast = i === this.#layers.length - 1;
      if (layer instanceof Convolution) {
        add('Conv', names, { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] });
        add('Relu');
        if (!(this.#layers[i + 1] instanceof Convolution)) add('Flatten', [], { axis: 1 });
      } else {
        add('Gemm', names, { transB: 1 });
        if (!isLast) add('Relu');
      }
    }
    nodes.push({ operator: 'Softmax', inputs: [value], outputs: ['scores'], attributes: { axis: 1 } });
    return makeOnnx({
      inputs: { crops: ['count', CROP_CHANNELS, CROP_EDGE, CROP_EDGE] },
      outputs: { scores: ['count', this.classes] },
      nodes,
      weights,
    });
  }
}
