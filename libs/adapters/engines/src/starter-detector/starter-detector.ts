import type { DetectedObject, ObjectDetector, Pixels } from '@intermodal/models';
import { finiteValues } from '../onnx/finite-values.ts';
import type { OnnxModel } from '../onnx/onnx-model.ts';
import type { OnnxRequest } from '../onnx/requests.ts';
import { withinPicture } from '../vision/boxes.ts';
import { resize } from '../vision/resize.ts';
import { CROP_CHANNELS, CROP_EDGE, CROP_VALUES, writeCrop } from './crop.ts';
import { proposePatches } from './propose.ts';

/** Patches are looked for in a picture of this edge at most. */
const MAX_EDGE = 480;
/** High, since what it has never seen must not be taken for something that it has. */
const LEAST_SCORE = 0.95;
/** The longer edge of a thing at least, in pixels of the picture that is looked at: smaller ones all look alike. */
const LEAST_EDGE = 18;

/**
 * Finds drawn things on a plain background: patches that stand out are proposed, and a small network says what each one is, or
 * that it is nothing. Its last class is that nothing.
 */
export class StarterDetector implements ObjectDetector {
  readonly labels: readonly string[];
  readonly scope = 'Knows drawn shapes and icons on a plain background only, and nothing of photographs.';
  readonly #model: Pick<OnnxModel, 'run'>;

  constructor(model: Pick<OnnxModel, 'run'>, labels: readonly string[]) {
    this.#model = model;
    this.labels = labels;
  }

  async detect(image: Pixels, { signal }: { signal: AbortSignal }): Promise<readonly DetectedObject[]> {
    signal.throwIfAborted();
    const scale = Math.min(1, MAX_EDGE / Math.max(image.width, image.height));
    const small = scale === 1 ? image : shrunk(image, scale);
    const patches = proposePatches(small).filter(({ box }) => Math.max(box.width, box.height) >= LEAST_EDGE);
    if (patches.length === 0) return [];
    const data = new Float32Array(patches.length * CROP_VALUES);
    for (const [i, patch] of patches.entries()) writeCrop(small, patch, data, i * CROP_VALUES);
    const dims = [patches.length, CROP_CHANNELS, CROP_EDGE, CROP_EDGE];
    const outputs = await this.#model.run({ feeds: { crops: { type: 'float32', dims, data } } }, signal);
    const scores = finiteValues('starter-detector', outputs, 'scores');
    const classes = this.labels.length + 1;
    const across = image.width / small.width;
    const down = image.height / small.height;
    return patches
      .flatMap(({ box }, i) => {
        const [best, score] = surest(scores, i * classes, classes);
        if (best === this.labels.length || score < LEAST_SCORE) return [];
        const { x, y, width, height } = box;
        const inPicture = { x: x * across, y: y * down, width: width * across, height: height * down };
        return { label: this.labels[best]!, score: Math.min(score, 1), box: withinPicture(inPicture, image) };
      })
      .sort((a, b) => b.score - a.score);
  }
}

/** One empty crop. */
export const WARM_UP: OnnxRequest = {
  kind: 'run',
  request: {
    feeds: {
      crops: {
        type: 'float32',
        dims: [1, CROP_CHANNELS, CROP_EDGE, CROP_EDGE],
        data: new Float32Array(CROP_VALUES),
      },
    },
  },
};

const shrunk = (image: Pixels, scale: number): Pixels =>
  resize(image, Math.max(1, Math.round(image.width * scale)), Math.max(1, Math.round(image.height * scale)));

function surest(scores: Float32Array, from: number, count: number): [number, number] {
  let best = 0;
  for (let i = 1; i < count; i++) if (scores[from + i]! > scores[from + best]!) best = i;
  return [best, scores[from + best]!];
}
