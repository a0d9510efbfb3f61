import { file } from '@intermodal/contracts';
import { CodeReader, ImageTools } from '@intermodal/models';
import { defineStage } from '@intermodal/pipeline';
import { z } from 'zod';
import { SeenCode, unscaled } from './seen.ts';

/** The bars of a code that fills a tenth of the picture are still a few pixels wide. */
const MAX_EDGE = 2000;

export default defineStage({
  name: 'vision.read-codes',
  version: 1,
  pool: 'vision',
  summary: 'Reads QR codes and bar codes in a picture.',
  input: z.object({ image: file('image/*') }),
  output: z.object({ codes: z.array(SeenCode).describe('Empty when there is none') }),
  needs: { images: ImageTools, reader: CodeReader },
  async run({ image }, { needs, signal }) {
    const { width, height } = await needs.images.probe(image.path, { signal });
    const pixels = await needs.images.pixels(image.path, { maxEdge: MAX_EDGE, signal });
    const factor = Math.max(pixels.width, pixels.height) / Math.max(width, height);
    const codes = await needs.reader.read(pixels, { signal });
    return { codes: codes.map((code) => ({ ...code, box: unscaled(code.box, factor) })) };
  },
});
