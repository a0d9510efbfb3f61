import { defineEngine, PictureTextEmbedder } from '@intermodal/models';
import { unitVector } from '../../unit-vector.ts';
import { DUAL_TOWER, type EmbedPictures, type PictureVectors } from '../dual-tower/dual-tower.ts';
import { embedTexts } from '../text-encoder/embed-texts.ts';
import { probeFor, TransformersModel } from '../transformers-model.ts';

const TASK = 'image.embed';
const ARCHETYPES = [DUAL_TOWER];

export default defineEngine(PictureTextEmbedder, {
  name: 'transformers',
  probe: (context) => probeFor(TASK, ARCHETYPES, context),
  open: async (context) => {
    const opened = await TransformersModel.openFor(TASK, ARCHETYPES, context);
    return {
      use: {
        // They see 224 to 384 pixels of the shorter edge.
        maxEdge: 768,
        async embedPictures(pictures, { signal }) {
          const request: EmbedPictures = { kind: 'embed-pictures', pictures };
          return ((await opened.call(request, { signal })) as PictureVectors).map(unitVector);
        },
        embedTexts: (texts, { signal }) => embedTexts(opened, texts, signal),
      },
      model: opened.model.id,
      device: opened.device,
      close: () => opened.close(),
    };
  },
});
