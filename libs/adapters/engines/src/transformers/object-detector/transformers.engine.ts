import { ObjectDetector } from '@intermodal/models';
import { boxIn } from '../detector/box-in.ts';
import { DETECTOR, type Detect, type Detected } from '../detector/detector.ts';
import { labelsOf, NO_LABEL } from '../labels-of.ts';
import { TASK_WORDS, type NamedThing, type NameThings } from '../task-words/task-words.ts';
import type { TransformersModel } from '../transformers-model.ts';
import { transformersEngine } from '../transformers-engine.ts';

export default transformersEngine(
  ObjectDetector,
  'image.detect-objects',
  [DETECTOR, TASK_WORDS],
  (opened) => {
    const find = opened.archetype === TASK_WORDS ? byTaskWords(opened) : byNumber(opened);
    return {
      labels: find.labels,
      scope: `${opened.model.architecture}: ${opened.model.summary}`,
      async detect(picture, { signal }) {
        signal.throwIfAborted();
        const found = (await opened.call({ ...find.request, picture }, { signal })) as readonly unknown[];
        return found
          .map(find.read)
          .map(({ label, score, ...place }) => ({ label, score, box: boxIn(picture, place) }))
          .filter(({ label, box }) => label !== NO_LABEL && box.width > 0 && box.height > 0);
      },
    };
  },
);

interface Finding {
  readonly labels: readonly string[];
  readonly request: Omit<Detect, 'picture'> | Omit<NameThings, 'picture'>;
  readonly read: (one: unknown) => NamedThing;
}

function byNumber(opened: TransformersModel): Finding {
  const labels = labelsOf(opened);
  return {
    labels: [...new Set(labels.filter((label) => label !== NO_LABEL))],
    request: { kind: 'detect' },
    read(one) {
      const { label, ...rest } = one as Detected;
      return { ...rest, label: labels[label] ?? NO_LABEL };
    },
  };
}

/** Nobody knows which labels it may write. */
const byTaskWords = (_opened: TransformersModel): Finding => ({
  labels: [],
  request: { kind: 'name-things' },
  read: (one) => one as NamedThing,
});
