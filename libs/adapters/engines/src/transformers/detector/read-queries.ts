import { sigmoid, softmax } from '../../softmax.ts';
import type { Detected } from './detector.ts';

/** What is less sure is noise. */
const LEAST_SCORE = 0.1;

/** Those of DETR's first kind have a last class that says there is nothing; of the later ones each class is judged by itself. */
const HAVE_NOTHING: readonly string[] = ['yolos', 'detr', 'table-transformer'];

/**
 * What each query found, the surest first. The library reads all models as those of the first kind, so of the others it would lose the last
 * class and take a third of what is sure for unsure. Scores as in https://arxiv.org/abs/2005.12872 and https://arxiv.org/abs/2304.08069.
 * @param logits [1, queries, classes] @param boxes [1, queries, 4]: centre and size, as shares of the picture
 */
export function readQueries(
  { data, dims }: { data: Float32Array; dims: readonly number[] },
  boxes: Float32Array,
  modelType: string,
): readonly Detected[] {
  const [, queries, classes] = dims as [number, number, number];
  const hasNothing = HAVE_NOTHING.includes(modelType);
  const found: Detected[] = [];
  for (let query = 0; query < queries; query++) {
    const logits = data.subarray(query * classes, (query + 1) * classes);
    const scores = hasNothing ? softmax([...logits]).slice(0, -1) : [...logits].map(sigmoid);
    const score = Math.max(...scores);
    if (score < LEAST_SCORE) continue;
    const [x, y, width, height] = [...boxes.subarray(4 * query, 4 * query + 4)] as [
      number,
      number,
      number,
      number,
    ];
    found.push({ label: scores.indexOf(score), score, centre: [x, y], size: [width, height] });
  }
  return found.sort((a, b) => b.score - a.score);
}
