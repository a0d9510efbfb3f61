import type { DetectedObject, ObjectDetector, Pixels } from '@intermodal/models';
import { finiteValues } from '../onnx/finite-values.ts';
import type { OnnxModel } from '../onnx/onnx-model.ts';
import type { OnnxRequest } from '../onnx/requests.ts';
import { letterbox, YOLOX_EDGE } from './letterbox.ts';
import { decodeYolox } from './decode-yolox.ts';

export class YoloxDetector implements ObjectDetector {
  readonly labels: readonly string[];
  readonly scope: string;
  readonly maxEdge = YOLOX_EDGE;
  readonly #model: Pick<OnnxModel, 'run'>;

  constructor(model: Pick<OnnxModel, 'run'>, labels: readonly string[]) {
    this.#model = model;
    this.labels = labels;
    this.scope = `Knows ${labels.length} kinds of everyday things as they look in photographs, and misses small ones.`;
  }

  async detect(image: Pixels, options: { signal: AbortSignal }): Promise<readonly DetectedObject[]> {
    options.signal.throwIfAborted();
    const { tensor, scale } = letterbox(image);
    const outputs = await this.#model.run({ feeds: { images: tensor } }, options.signal);
    return decodeYolox(finiteValues('yolox-nano-coco', outputs, 'output'), {
      labels: this.labels,
      scale,
      picture: image,
    });
  }
}

/** An empty picture. */
export const WARM_UP: OnnxRequest = {
  kind: 'run',
  request: { feeds: { images: letterbox({ width: 1, height: 1, rgb: new Uint8Array(3) }).tensor } },
};

/** One label a line. The list of COCO that is about writes some words together. */
export const readLabels = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((label) => APART[label] ?? label);

const APART: Readonly<Record<string, string>> = {
  pottedplant: 'potted plant',
  diningtable: 'dining table',
  tvmonitor: 'tv monitor',
};
