import { overlapOf } from '@intermodal/engines';
import type { DetectedObject, ObjectDetector } from '@intermodal/models';
import { LABELS, renderScene, type DrawnThing } from './scenes/render-scene.ts';

export interface Measured {
  readonly scenes: number;
  readonly things: number;
  /** Of the things drawn, the share that was found with the right label at the right place. */
  readonly recall: number;
  /** Of what was found, the share that is right. */
  readonly precision: number;
  /** Mean over labels of the average precision at half an overlap, of what the detector tells at all. */
  readonly meanAveragePrecision: number;
}

interface Judged {
  readonly label: string;
  readonly score: number;
  readonly isRight: boolean;
}

const SAME_PLACE = 0.5;

/** How a detector does on scenes that it has not seen. */
export async function measure(
  detector: ObjectDetector,
  options: { scenes: number; firstSeed: number; signal: AbortSignal },
): Promise<Measured> {
  const judged: Judged[] = [];
  const drawn = new Map<string, number>();
  for (let i = 0; i < options.scenes; i++) {
    const { image, things } = renderScene(options.firstSeed + i);
    judged.push(...judge(await detector.detect(image, options), things));
    for (const { label } of things) drawn.set(label, (drawn.get(label) ?? 0) + 1);
  }
  const things = [...drawn.values()].reduce((sum, it) => sum + it, 0);
  const right = judged.filter((it) => it.isRight).length;
  const precisions = LABELS.filter((label) => drawn.has(label)).map((label) =>
    averagePrecision(
      judged.filter((it) => it.label === label),
      drawn.get(label)!,
    ),
  );
  return {
    scenes: options.scenes,
    things,
    recall: rounded(right / things),
    precision: rounded(judged.length === 0 ? 1 : right / judged.length),
    meanAveragePrecision: rounded(precisions.reduce((sum, it) => sum + it, 0) / precisions.length),
  };
}

/** The surest takes a thing first; whoever comes to one that is taken is wrong. */
function judge(found: readonly DetectedObject[], things: readonly DrawnThing[]): Judged[] {
  const left = new Set(things);
  return found.map(({ label, score, box }) => {
    const match = [...left].find((it) => it.label === label && overlapOf(it.box, box) >= SAME_PLACE);
    if (match) left.delete(match);
    return { label, score, isRight: match !== undefined };
  });
}

function averagePrecision(judged: readonly Judged[], drawn: number): number {
  let [right, sum] = [0, 0];
  for (const [i, { isRight }] of judged.toSorted((a, b) => b.score - a.score).entries()) {
    if (!isRight) continue;
    right++;
    sum += right / (i + 1);
  }
  return sum / drawn;
}

const rounded = (value: number): number => Math.round(value * 10_000) / 10_000;
