import { ObjectDetector, type Box, type Pixels } from '@intermodal/models';
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

/** The part of it that is within the picture. */
function boxIn({ width, height }: Pixels, { centre, size }: Detected): Box {
  const edge = (place: number, most: number): number => Math.min(most, Math.max(0, place * most));
  const x = edge(centre[0] - size[0] / 2, width);
  const y = edge(centre[1] - size[1] / 2, height);
  return {
    x,
    y,
    width: edge(centre[0] + size[0] / 2, width) - x,
    height: edge(centre[1] + size[1] / 2, height) - y,
  };
}
