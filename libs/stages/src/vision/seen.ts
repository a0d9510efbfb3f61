import { z } from 'zod';

/** A rectangle in pixels of the picture as shown. */
export const Box = z.object({
  x: z.number().describe('Pixels from the left'),
  y: z.number().describe('Pixels from the top'),
  width: z.number(),
  height: z.number(),
});
export type Box = z.infer<typeof Box>;

const share = z.number().min(0).max(1);

export const SeenObject = z.object({ label: z.string(), score: share, box: Box });

export const SeenLine = z.object({ text: z.string(), confidence: share, box: Box });

export const SeenCode = z.object({
  format: z.string().describe('e.g. qr, ean-13'),
  text: z.string(),
  box: Box,
});

export const SeenFace = z.object({ score: share, box: Box });

export const ColourShare = z.object({
  name: z.string().describe('One of the eleven basic colour terms'),
  share: share.describe('Of the surface'),
});

export const ObjectColours = z.object({ label: z.string(), box: Box, colours: z.array(ColourShare) });

/** A box found on a picture that had been scaled by `factor`, in pixels of the picture itself. */
export const unscaled = (box: Box, factor: number): Box => ({
  x: Math.round(box.x / factor),
  y: Math.round(box.y / factor),
  width: Math.round(box.width / factor),
  height: Math.round(box.height / factor),
});
