import type { DetectedObject, ObjectDetector, Pixels } from '@intermodal/models';
import type { ModelHost } from '../onnx/model-host.ts';
import { letterbox } from './letterbox.ts';
import { decodeYolox } from './decode-yolox.ts';

export class YoloxDetector implements ObjectDetector {
  readonly labels: readonly string[];
  readonly scope: string;
  readonly #host: Pick<ModelHost, 'run'>;

  constructor(host: Pick<ModelHost, 'run'>, labels: readonly string[]) {
    this.#host = host;
    this.labels = labels;
    this.scope = `Knows ${labels.length} kinds of everyday things as they look in photographs, and misses small ones.`;
  }

  async detect(image: Pixels, options: { signal: AbortSignal }): Promise<readonly DetectedObject[]> {
    options.signal.throwIfAborted();
    const { tensor, scale } = letterbox(image);
    const { output } = await this.#host.run({ feeds: { images: tensor } }, options.signal);
    return decodeYolox(output!.data as Float32Array, { labels: this.labels, scale, picture: image });
  }
}

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
