import { z } from 'zod';
import { Box } from './look-at.ts';

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
