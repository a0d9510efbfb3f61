import { file } from '@intermodal/contracts';
import { CodeReader, ImageTools } from '@intermodal/models';
import { defineStage } from '@intermodal/pipeline';
import { z } from 'zod';
import { lookAt } from './look-at.ts';
import { SeenCode } from './seen.ts';

/** The bars of a code that fills a tenth of the picture are still a few pixels wide. */
const MAX_EDGE = 2000;

export default defineStage({
  name: 'vision.read-codes',
  version: 1,
  pool: 'vision',
  summary: 'Reads QR codes and bar codes in a picture.',
  input: z.object({ image: file('image/*') }),
  output: z.object({ codes: z.array(SeenCode).describe('Empty when there is none') }),
  needs: { reader: CodeReader, images: ImageTools },
  async run({ image }, { needs, signal }) {
    const { pixels, inPicture } = await lookAt(needs.images, image.path, signal, MAX_EDGE);
    const codes = await needs.reader.read(pixels, { signal });
    return { codes: codes.map((code) => ({ ...code, box: inPicture(code.box) })) };
  },
});
