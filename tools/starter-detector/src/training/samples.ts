import { CROP_VALUES, overlapOf, proposePatches, writeCrop } from '@intermodal/engines';
import { LABELS, renderScene } from '../scenes/render-scene.ts';

export interface Samples {
  readonly crops: Float32Array;
  /** By index into LABELS; one more stands for nothing. */
  readonly labels: Int32Array;
}

/** The last class: something that stands out and is none of the things. */
export const NOTHING = LABELS.length;
const SAME_PLACE = 0.5;

/** What the detector itself would propose in many scenes, with what it truly is. */
export function samplesOf(scenes: number, firstSeed: number): Samples {
  const crops: Float32Array[] = [];
  const labels: number[] = [];
  for (let seed = firstSeed; seed < firstSeed + scenes; seed++) {
    const { image, things } = renderScene(seed);
    for (const patch of proposePatches(image)) {
      const thing = things.find((it) => overlapOf(it.box, patch.box) >= SAME_PLACE);
      const crop = new Float32Array(CROP_VALUES);
      writeCrop(image, patch, crop, 0);
      crops.push(crop);
      labels.push(thing ? LABELS.indexOf(thing.label) : NOTHING);
    }
  }
  const all = new Float32Array(crops.length * CROP_VALUES);
  for (const [i, crop] of crops.entries()) all.set(crop, i * CROP_VALUES);
  return { crops: all, labels: Int32Array.from(labels) };
}
