import { file, IntermodalError } from '@intermodal/contracts';
import type { PictureDescription } from '@intermodal/models';
import { z } from 'zod';

/** What stages take that answer a question by looking. */
export const Question = z.object({
  image: file('image/*'),
  question: z.string().max(10_000),
});

export const AnswerParams = z.strictObject({
  maxTokens: z.number().int().min(1).max(4_096).default(256).describe('Tokens of the answer, at most'),
});

export const Answer = z.object({
  answer: z.string(),
  cut: z.boolean().describe('Whether it was cut off at maxTokens'),
});

export function checkQuestion(question: string): void {
  if (question.trim() === '')
    throw new IntermodalError('input.invalid', 'The question is empty: ask something.');
}

export const answerOf = ({ text, isCut }: PictureDescription): z.infer<typeof Answer> => ({
  answer: text,
  cut: isCut,
});
