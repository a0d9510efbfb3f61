import { PictureTextEmbedder } from '@intermodal/models';
import { unitVector } from '../../unit-vector.ts';
import { DUAL_TOWER, type EmbedPictures, type PictureVectors } from '../dual-tower/dual-tower.ts';
import { embedTexts } from '../text-encoder/embed-texts.ts';
import { transformersEngine } from '../transformers-engine.ts';

export default transformersEngine(PictureTextEmbedder, 'image.embed', [DUAL_TOWER], (opened) => ({
  // They see 224 to 384 pixels of the shorter edge.
  maxEdge: 768,
  async embedPictures(pictures, { signal }) {
    const request: EmbedPictures = { kind: 'embed-pictures', pictures };
    return ((await opened.call(request, { signal })) as PictureVectors).map(unitVector);
  },
  embedTexts: (texts, { signal }) => embedTexts(opened, texts, signal),
}));
