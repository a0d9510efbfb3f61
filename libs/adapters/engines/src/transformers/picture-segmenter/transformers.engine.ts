import { defineEngine, PictureSegmenter, type Segmentation } from '@intermodal/models';
import { labelsOf } from '../labels-of.ts';
import { SEGMENTER, type SegmentPicture } from '../segmenter/segmenter.ts';
import { probeFor, TransformersModel } from '../transformers-model.ts';

const TASK = 'image.segment';
const ARCHETYPES = [SEGMENTER];

export default defineEngine(PictureSegmenter, {
  name: 'transformers',
  probe: (context) => probeFor(TASK, ARCHETYPES, context),
  open: async (context) => {
    const opened = await TransformersModel.openFor(TASK, ARCHETYPES, context);
    return {
      use: {
        // They see 512 to 1,024 pixels of the shorter edge.
        maxEdge: 1_536,
        labels: labelsOf(opened),
        async segment(picture, { signal }) {
          const request: SegmentPicture = { kind: 'segment', picture };
          return (await opened.call(request, { signal })) as Segmentation;
        },
      },
      model: opened.model.id,
      device: opened.device,
      close: () => opened.close(),
    };
  },
});
