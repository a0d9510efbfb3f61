import { z } from 'zod';

const count = z.number().int();
const seconds = z
  .number()
  .describe('Of tasks, by the clock: the last try of each, whatever else its machine did');

const work = {
  tasks: count,
  computeSeconds: seconds,
  promptTokens: count.describe('Where an engine said how many'),
  completionTokens: count,
};

export const UsageView = z
  .object({
    from: z.iso.date(),
    to: z.iso.date().describe('The last day; both are days of UTC'),
    storedBytes: count.describe('Of all files there are now'),
    total: z.object({
      jobs: z.object({ completed: count, failed: count, cancelled: count }),
      ...work,
      uploadedBytes: count,
      madeBytes: count.describe('Files that tasks made'),
    }),
    days: z
      .array(
        z.object({
          day: z.iso.date(),
          jobs: z.object({ completed: count, failed: count, cancelled: count }),
          ...work,
          uploadedBytes: count,
          madeBytes: count,
        }),
      )
      .describe('Days on which there was something'),
    shares: z
      .array(
        z.object({
          pipeline: z.string().describe('Its name, all versions together'),
          stage: z.string(),
          engine: z.string().nullable(),
          model: z.string().nullable(),
          failed: count.describe('Of the tasks: failed or cancelled while they ran'),
          ...work,
        }),
      )
      .describe('By pipeline, stage, engine and model, the most seconds first'),
  })
  .meta({ id: 'Usage' });
export type UsageView = z.infer<typeof UsageView>;
