import { PictureSegmenter, type Segmentation } from '@intermodal/models';
import { labelsOf } from '../labels-of.ts';
import { SEGMENTER, type SegmentPicture } from '../segmenter/segmenter.ts';
import { transformersEngine } from '../transformers-engine.ts';

export default transformersEngine(PictureSegmenter, 'image.segment', [SEGMENTER], (opened) => ({
  // They see 512 to 1,024 pixels of the shorter edge.
  maxEdge: 1_536,
  labels: labelsOf(opened),
  async segment(picture, { signal }) {
    const request: SegmentPicture = { kind: 'segment', picture };
    return (await opened.call(request, { signal })) as Segmentation;
  },
}));
