import { file } from '@intermodal/contracts';
import { ImageTools, TextReader, type Box } from '@intermodal/models';
import { defineStage } from '@intermodal/pipeline';
import { z } from 'zod';
import { Language } from '../language.ts';
import { SeenLine } from './seen.ts';

/** Letters of a page that was photographed whole are readable at this size; more takes longer and finds no more. */
const MAX_EDGE = 3000;

export default defineStage({
  name: 'vision.read-text',
  version: 1,
  pool: 'vision',
  summary: 'Reads printed text in a picture, line by line.',
  input: z.object({ image: file('image/*') }),
  params: z.strictObject({ language: Language.default('en').describe('The language that is written') }),
  output: z.object({
    text: z.string().describe('All lines; empty when no text is found'),
    lines: z.array(SeenLine).describe('From the top; only what was read with confidence'),
  }),
  needs: { reader: TextReader, images: ImageTools },
  async run({ image }, { needs, params, signal, scratch }) {
    const { width, height } = await needs.images.probe(image.path, { signal });
    const png = scratch('picture.png', 'image/png');
    await needs.images.toPng(image.path, png.path, { maxEdge: MAX_EDGE, signal });
    const factor = Math.min(1, MAX_EDGE / Math.max(width, height));
    const lines = await needs.reader.read(png.path, { ...params, signal });
    return {
      text: lines.map((line) => line.text).join('\n'),
      lines: lines.map((line) => ({ ...line, box: unscaled(line.box, factor) })),
    };
  },
});

const unscaled = (box: Box, factor: number): Box => ({
  x: Math.round(box.x / factor),
  y: Math.round(box.y / factor),
  width: Math.round(box.width / factor),
  height: Math.round(box.height / factor),
});
