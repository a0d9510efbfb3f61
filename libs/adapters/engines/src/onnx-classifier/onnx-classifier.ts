import { IntermodalError, type NetworkPicture } from '@intermodal/contracts';
import type { ImageClassifier, Pixels } from '@intermodal/models';
import { finiteValues } from '../onnx/finite-values.ts';
import type { OnnxModel } from '../onnx/onnx-model.ts';
import type { RunRequest } from '../onnx/requests.ts';
import { softmax } from '../softmax.ts';
import { seePicture } from './see-picture.ts';

/** As the network was trained on them. */
interface SeenValues {
  readonly values: Float32Array;
}

export interface OnnxClassifierOptions {
  /** For sentences: the id of the model. */
  readonly model: string;
  readonly network: Pick<OnnxModel, 'run'>;
  readonly sees: NetworkPicture;
  readonly labels: readonly string[];
}

/** One grey picture: what is measured after it is the memory of one. */
export function warmUpOf({ input, width, height, layout }: NetworkPicture): RunRequest {
  const data = new Float32Array(3 * width * height);
  return { feeds: { [input]: { type: 'float32', dims: [1, ...dimsOf({ width, height, layout })], data } } };
}

/** Any network with one picture in and one score for each label out. */
export class OnnxClassifier implements ImageClassifier<SeenValues> {
  readonly labels: readonly string[];
  readonly maxEdge: number;
  readonly #options: OnnxClassifierOptions;

  constructor(options: OnnxClassifierOptions) {
    const { sees, labels } = options;
    this.#options = options;
    this.labels = labels;
    // Twice what it sees: the shorter edge is to be enough, too.
    this.maxEdge = 2 * Math.max(sees.width, sees.height);
  }

  see(image: Pixels): SeenValues {
    return { values: seePicture(image, this.#options.sees) };
  }

  async classify(
    pictures: readonly SeenValues[],
    { signal }: { signal: AbortSignal },
  ): Promise<readonly (readonly number[])[]> {
    signal.throwIfAborted();
    if (this.#options.sees.batches) return this.#run(pictures, signal);
    const alone: (readonly number[])[] = [];
    for (const picture of pictures) alone.push(...(await this.#run([picture], signal)));
    return alone;
  }

  async #run(pictures: readonly SeenValues[], signal: AbortSignal): Promise<(readonly number[])[]> {
    const { model, network, sees, labels } = this.#options;
    const { input, width, height } = sees;
    const each = 3 * width * height;
    const data = new Float32Array(each * pictures.length);
    for (const [i, { values }] of pictures.entries()) data.set(values, i * each);
    const dims = [pictures.length, ...dimsOf(sees)];
    const feeds = { [input]: { type: 'float32', dims, data } } as const;
    const outputs = await network.run({ feeds }, signal);
    const [output = '', ...others] = Object.keys(outputs);
    const values = finiteValues(model, outputs, output);
    if (others.length > 0 || values.length !== labels.length * pictures.length)
      throw new IntermodalError(
        'model.invalid',
        `The network of the model ${model} gave ${values.length / pictures.length} values a picture for ${labels.length} labels: ` +
          'compare its description with the network.',
      );
    return pictures.map((_, i) => {
      const scores = Array.from(values.subarray(i * labels.length, (i + 1) * labels.length));
      return sees.gives === 'logits' ? softmax(scores) : scores;
    });
  }
}

const dimsOf = ({ width, height, layout }: Pick<NetworkPicture, 'width' | 'height' | 'layout'>): number[] =>
  layout === 'NHWC' ? [height, width, 3] : [3, height, width];
