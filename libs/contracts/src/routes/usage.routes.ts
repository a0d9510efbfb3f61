import { z } from 'zod';
import { idSchema } from '../id.ts';
import { UsageView } from '../usage.ts';
import type { Route } from './route.ts';

/** Days that one answer is about, at most. */
export const MAX_USAGE_DAYS = 366;

const work = { tasks: 12, computeSeconds: 31.4, promptTokens: 0, completionTokens: 0 };
const day = {
  jobs: { completed: 3, failed: 1, cancelled: 0 },
  ...work,
  uploadedBytes: 633_732,
  madeBytes: 1_204_224,
};
const example = {
  from: '2026-11-01',
  to: '2026-11-30',
  storedBytes: 1_837_956,
  total: day,
  days: [{ day: '2026-11-27', ...day }],
  shares: [
    {
      pipeline: 'speech-to-speech',
      stage: 'speech.transcribe@1',
      engine: 'whisper-cpp',
      model: 'whisper-base-q5_1',
      failed: 1,
      ...work,
    },
  ],
};

export const usageRoutes = {
  getUsage: {
    method: 'GET',
    path: '/v1/usage',
    tag: 'usage',
    scope: 'usage:read',
    summary: 'What the tenant has used, day by day',
    description:
      'A job is counted some seconds after it has ended, and stays counted when it is deleted. Tasks whose outputs a retry kept are not counted again.',
    query: z.object({
      from: z.iso.date().optional().describe('The first day, in UTC; left out, the first of this month'),
      to: z.iso.date().optional().describe(`The last day; left out, today. ${MAX_USAGE_DAYS} days at most`),
      tenant: idSchema('tenant')
        .optional()
        .describe('Of this tenant in place of your own; only with the scope `admin`'),
    }),
    answers: { 200: { summary: 'Found', content: { 'application/json': { schema: UsageView, example } } } },
    errors: ['request.invalid', 'tenant.not_found'],
  },
} as const satisfies Record<string, Route>;
