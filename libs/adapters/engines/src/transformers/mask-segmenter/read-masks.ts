import { sigmoid, softmax } from '../../softmax.ts';
import type { NumberedSegments } from '../segmenter/segmenter.ts';

interface Output {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/** A query that is less sure of its class found nothing. */
const LEAST_SCORE = 0.5;
/** Of what a mask covers by itself, at least this share must be left where others cover it too. */
const LEAST_LEFT = 0.8;

/**
 * Segments of what the queries found: each place is of the query that is surest of it, and what is mostly covered by surer ones is none. As in
 * "Per-Pixel Classification is Not All You Need", 3.4: https://arxiv.org/abs/2107.06278
 * @param classes [1, queries, labels and nothing] @param masks [1, queries, height, width]
 */
export function readMasks(classes: Output, masks: Output): NumberedSegments {
  const [, queries, count] = classes.dims as [number, number, number];
  const [, , height, width] = masks.dims as [number, number, number, number];
  const area = height * width;
  const found = Array.from({ length: queries }, (_, query) => {
    const scores = softmax([...classes.data.subarray(query * count, (query + 1) * count)]);
    const score = Math.max(...scores);
    const mask = masks.data.subarray(query * area, (query + 1) * area);
    return { label: scores.indexOf(score), score, mask };
  }).filter(({ label, score }) => label < count - 1 && score > LEAST_SCORE);

  const places = new Int32Array(area).fill(-1);
  const left = new Int32Array(found.length);
  for (let place = 0; place < area; place++) {
    let best = 0;
    found.forEach(({ score, mask }, i) => {
      // Of what is outside of its own mask no query has anything to say.
      if (mask[place]! < 0) return;
      const likelihood = score * sigmoid(mask[place]!);
      if (likelihood > best) [best, places[place]] = [likelihood, i];
    });
    if (places[place]! >= 0) left[places[place]!]!++;
  }
  const labels: number[] = [];
  const numbers = found.map(({ label, mask }, i) => {
    const own = mask.reduce((sum, logit) => sum + (logit >= 0 ? 1 : 0), 0);
    return left[i]! > 0 && left[i]! / own >= LEAST_LEFT ? labels.push(label) - 1 : -1;
  });
  return { width, height, places: places.map((i) => (i < 0 ? -1 : numbers[i]!)), labels };
}
