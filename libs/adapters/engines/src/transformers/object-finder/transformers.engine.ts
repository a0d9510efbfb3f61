import { ObjectFinder, type DetectedObject } from '@intermodal/models';
import { eachOnce } from '../../vision/boxes.ts';
import { boxIn } from '../detector/box-in.ts';
import type { Detected } from '../detector/detector.ts';
import { OPEN_DETECTOR, type Find } from '../open-detector/open-detector.ts';
import { transformersEngine } from '../transformers-engine.ts';

/** Of two boxes with more of their union in common, for one label, the surer is kept: each patch of a picture asks for itself. */
const SAME_THING = 0.5;

export default transformersEngine(ObjectFinder, 'image.find-objects', [OPEN_DETECTOR], (opened) => ({
  // Grounding DINO sees 1,333 pixels of the longer edge, the others less.
  maxEdge: 1_333,
  async find(picture, labels, { signal }) {
    const request: Find = { kind: 'find', picture, labels };
    const answers = (await opened.call(request, { signal })) as readonly Detected[];
    const found = answers
      .map((it): DetectedObject => ({ label: labels[it.label]!, score: it.score, box: boxIn(picture, it) }))
      .filter(({ box }) => box.width > 0 && box.height > 0);
    return [...new Set(labels)]
      .flatMap((label) =>
        eachOnce(
          found.filter((it) => it.label === label),
          SAME_THING,
        ),
      )
      .sort((a, b) => b.score - a.score);
  },
}));
