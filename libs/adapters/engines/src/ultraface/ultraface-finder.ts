import type { FaceFinder, FoundFace, Pixels } from '@intermodal/models';
import { finiteValues } from '../onnx/finite-values.ts';
import type { OnnxModel } from '../onnx/onnx-model.ts';
import type { OnnxRequest, PlainTensor } from '../onnx/requests.ts';
import { eachOnce, withinPicture } from '../vision/boxes.ts';
import { resize } from '../vision/resize.ts';

const WIDTH = 320;
const HEIGHT = 240;
const LEAST_SCORE = 0.7;
/** Two boxes that overlap more are one face. */
const SAME_FACE = 0.3;

export class UltrafaceFinder implements FaceFinder {
  readonly #model: Pick<OnnxModel, 'run'>;

  constructor(model: Pick<OnnxModel, 'run'>) {
    this.#model = model;
  }

  async find(image: Pixels, options: { signal: AbortSignal }): Promise<readonly FoundFace[]> {
    options.signal.throwIfAborted();
    const outputs = await this.#model.run({ feeds: { input: asInput(image) } }, options.signal);
    const valuesOf = (name: string) => finiteValues('ultraface-rfb-320', outputs, name);
    return decodeFaces(valuesOf('scores'), valuesOf('boxes'), image);
  }
}

/** An empty picture. */
export const WARM_UP: OnnxRequest = {
  kind: 'run',
  request: {
    feeds: {
      input: { type: 'float32', dims: [1, 3, HEIGHT, WIDTH], data: new Float32Array(3 * HEIGHT * WIDTH) },
    },
  },
};

/** The whole picture, stretched to what the network sees, as about -1..1. */
export function asInput(image: Pixels): PlainTensor {
  const { rgb } = resize(image, WIDTH, HEIGHT);
  const plane = WIDTH * HEIGHT;
  const data = new Float32Array(plane * 3);
  for (let i = 0; i < plane; i++)
    for (let channel = 0; channel < 3; channel++)
      data[channel * plane + i] = (rgb[i * 3 + channel]! - 127) / 128;
  return { type: 'float32', dims: [1, 3, HEIGHT, WIDTH], data };
}

/** @param scores no face, face; @param boxes left, top, right, bottom as shares of the picture */
export function decodeFaces(
  scores: Float32Array,
  boxes: Float32Array,
  picture: { width: number; height: number },
): FoundFace[] {
  const candidates: FoundFace[] = [];
  for (let i = 0; i < scores.length / 2; i++) {
    const score = scores[i * 2 + 1]!;
    if (score < LEAST_SCORE) continue;
    const [left, top, right, bottom] = boxes.subarray(i * 4, i * 4 + 4) as unknown as [
      number,
      number,
      number,
      number,
    ];
    const box = {
      x: left * picture.width,
      y: top * picture.height,
      width: (right - left) * picture.width,
      height: (bottom - top) * picture.height,
    };
    candidates.push({ score, box: withinPicture(box, picture) });
  }
  return eachOnce(candidates, SAME_FACE);
}
