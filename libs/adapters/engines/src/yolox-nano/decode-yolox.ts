import type { DetectedObject } from '@intermodal/models';
import { eachOnce, withinPicture } from '../vision/boxes.ts';
import { YOLOX_EDGE } from './letterbox.ts';

/** Below this nothing is worth telling, whatever a stage asks for. */
const LEAST_SCORE = 0.25;
/** Two boxes of one label that overlap more are one thing. */
const SAME_THING = 0.45;
const STRIDES = [8, 16, 32];

/**
 * What the network says of each cell of three grids: centre and size of a box, how sure it is of any object, and of each label.
 * @param scale from pixels of the picture to pixels of what the network saw
 */
export function decodeYolox(
  output: Float32Array,
  options: { labels: readonly string[]; scale: number; picture: { width: number; height: number } },
): DetectedObject[] {
  const { labels, scale, picture } = options;
  const row = 5 + labels.length;
  const byLabel = new Map<string, DetectedObject[]>();
  let at = 0;
  for (const stride of STRIDES) {
    const cells = YOLOX_EDGE / stride;
    for (let cell = 0; cell < cells * cells; cell++, at += row) {
      const objectness = output[at + 4]!;
      if (objectness < LEAST_SCORE) continue;
      const best = indexOfLargest(output.subarray(at + 5, at + row));
      const score = objectness * output[at + 5 + best]!;
      if (score < LEAST_SCORE) continue;
      const centreX = (output[at]! + (cell % cells)) * stride;
      const centreY = (output[at + 1]! + Math.floor(cell / cells)) * stride;
      const width = Math.exp(output[at + 2]!) * stride;
      const height = Math.exp(output[at + 3]!) * stride;
      const seen = { x: centreX - width / 2, y: centreY - height / 2, width, height };
      const label = labels[best]!;
      const box = withinPicture(
        { x: seen.x / scale, y: seen.y / scale, width: width / scale, height: height / scale },
        picture,
      );
      byLabel.set(label, [...(byLabel.get(label) ?? []), { label, score: Math.min(score, 1), box }]);
    }
  }
  const once = [...byLabel.values()].flatMap((candidates) => eachOnce(candidates, SAME_THING));
  return once.sort((a, b) => b.score - a.score);
}

function indexOfLargest(values: Float32Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}
