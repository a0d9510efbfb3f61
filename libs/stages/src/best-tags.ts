import { z } from 'zod';

export const Tag = z.object({ label: z.string(), score: z.number().min(0).max(1) });

/** The surest first, as many as are wanted. */
export const bestTags = (
  labels: readonly string[],
  scores: readonly number[],
  { most, minScore }: { most: number; minScore: number },
): z.output<typeof Tag>[] =>
  scores
    .map((score, i) => ({ label: labels[i]!, score: Math.min(1, score) }))
    .filter(({ score }) => score >= minScore)
    .sort((a, b) => b.score - a.score)
    .slice(0, most);
