import { PictureMaker, type Pixels } from '@intermodal/models';
import { MULTI_MODALITY, type MakePicture } from '../multi-modality/multi-modality.ts';
import { transformersEngine } from '../transformers-engine.ts';

export default transformersEngine(PictureMaker, 'image.generate', [MULTI_MODALITY], (opened) => ({
  async make(description, { seed, signal }) {
    const request: MakePicture = { kind: 'make', description, seed };
    return (await opened.call(request, { signal })) as Pixels;
  },
}));
