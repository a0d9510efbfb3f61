import type { PictureTextEmbedder } from '@intermodal/models';
import { z } from 'zod';

/** Params of a stage that says which of somebody's own labels fits. @param of what is compared with them */
export const ownLabels = (of: string, template: string) =>
  z.strictObject({
    labels: z.array(z.string().trim().min(1).max(200)).min(2).max(200).describe('In any words'),
    template: z
      .string()
      .max(200)
      .refine((given) => given.includes('{}'), { error: 'expected {} where the label stands' })
      .default(template)
      .describe(`What is compared with the ${of}; {} is the label`),
    minScore: z.number().min(0).max(1).default(0).describe('What fits less is left out'),
  });

/** A vector for each label. */
export async function vectorsOfLabels(
  { labels, template }: { labels: readonly string[]; template: string },
  embedder: Pick<PictureTextEmbedder, 'embedTexts'>,
  signal: AbortSignal,
): Promise<readonly (readonly number[])[]> {
  const texts = labels.map((label) => template.replaceAll('{}', () => label));
  return (await embedder.embedTexts(texts, { signal })).vectors;
}
