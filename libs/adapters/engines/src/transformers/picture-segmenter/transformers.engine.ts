import { PictureSegmenter } from '@intermodal/models';
import { labelsOf, NO_LABEL } from '../labels-of.ts';
import { MASK_SEGMENTER } from '../mask-segmenter/mask-segmenter.ts';
import { SEGMENTER, type NumberedSegments, type SegmentPicture } from '../segmenter/segmenter.ts';
import { transformersEngine } from '../transformers-engine.ts';

export default transformersEngine(
  PictureSegmenter,
  'image.segment',
  [SEGMENTER, MASK_SEGMENTER],
  (opened) => {
    const labels = labelsOf(opened);
    return {
      // They see 512 to 1,333 pixels of the longer edge.
      maxEdge: 1_536,
      labels: labels.filter((label) => label !== NO_LABEL),
      async segment(picture, { signal }) {
        const request: SegmentPicture = { kind: 'segment', picture };
        const { labels: numbers, ...map } = (await opened.call(request, { signal })) as NumberedSegments;
        return { ...map, segments: numbers ? numbers.map((number) => labels[number] ?? NO_LABEL) : labels };
      },
    };
  },
);
