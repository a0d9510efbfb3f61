import { defineEngine, PictureDescriber } from '@intermodal/models';
import {
  PICTURE_TO_TEXT,
  type WriteOfPictures,
  type WrittenOfPictures,
} from '../picture-to-text/picture-to-text.ts';
import { probeFor, TransformersModel } from '../transformers-model.ts';

const TASK = 'image.describe';
const ARCHETYPES = [PICTURE_TO_TEXT];

export default defineEngine(PictureDescriber, {
  name: 'transformers',
  probe: (context) => probeFor(TASK, ARCHETYPES, context),
  open: async (context) => {
    const opened = await TransformersModel.openFor(TASK, ARCHETYPES, context);
    return {
      use: {
        // They see 224 to 384 pixels of the shorter edge.
        maxEdge: 768,
        async describe(pictures, { maxTokens, signal }) {
          const request: WriteOfPictures = { kind: 'write', pictures, maxTokens };
          return ((await opened.call(request, { signal })) as WrittenOfPictures).answers;
        },
      },
      model: opened.model.id,
      device: opened.device,
      close: () => opened.close(),
    };
  },
});
