import { ObjectDetector } from '@intermodal/models';
import { boxIn } from '../detector/box-in.ts';
import { DETECTOR, type Detect, type Detected } from '../detector/detector.ts';
import { labelsOf, NO_LABEL } from '../labels-of.ts';
import { transformersEngine } from '../transformers-engine.ts';

export default transformersEngine(ObjectDetector, 'image.detect-objects', [DETECTOR], (opened) => {
  const { model } = opened;
  const byNumber = labelsOf(opened);
  return {
    labels: [...new Set(byNumber.filter((label) => label !== NO_LABEL))],
    scope: `${model.architecture}: ${model.summary}`,
    async detect(picture, { signal }) {
      signal.throwIfAborted();
      const request: Detect = { kind: 'detect', picture };
      const found = (await opened.call(request, { signal })) as readonly Detected[];
      return found
        .map((it) => ({
          label: byNumber[it.label] ?? NO_LABEL,
          score: it.score,
          box: boxIn(picture, it),
        }))
        .filter(({ label, box }) => label !== NO_LABEL && box.width > 0 && box.height > 0);
    },
  };
});
