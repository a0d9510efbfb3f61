import { z } from 'zod';
import { idSchema } from './id.ts';
import { Fault, Ran } from './job.ts';

const Moment = z.iso.datetime().describe('UTC, ISO 8601');

const ofJob = { job: idSchema('job') };
const ofTask = {
  ...ofJob,
  path: z.string().describe('Unique within the job, e.g. lines[3].said'),
  stage: z.string().nullable().describe('stage@version; null for an each'),
  attempt: z.number().int().describe('How often it was started'),
};
const ended = {
  ...ofTask,
  ...Ran.shape,
  seconds: z.number().nullable().describe('From the last start to the end'),
  at: Moment,
};

/** What happens to a job, as its stream tells it. Of a task the newest state is told: one that ended at once has no task.started. */
export const JobEvent = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('job.running'), ...ofJob, at: Moment }),
    z.object({
      type: z.literal('task.started'),
      ...ofTask,
      items: z.number().int().optional().describe('Of an each: how many items it has'),
      at: Moment,
    }),
    z.object({
      type: z.literal('task.progress'),
      ...ofJob,
      path: z.string(),
      attempt: z.number().int(),
      progress: z.number().min(0).max(1),
    }),
    z.object({
      type: z.literal('task.partial'),
      ...ofJob,
      path: z.string(),
      attempt: z.number().int(),
      index: z
        .number()
        .int()
        .describe('Of this attempt, from 0; where numbers are missing, pieces were lost'),
      value: z.record(z.string(), z.unknown()).describe('e.g. {"text": "more of it"}'),
    }),
    z.object({
      type: z.literal('task.completed'),
      ...ended,
      kept: z.literal(true).optional().describe('Its output is that of the job that this one retries'),
    }),
    z.object({ type: z.literal('task.failed'), ...ended, error: Fault.optional() }),
    z.object({ type: z.literal('task.skipped'), ...ended, error: Fault.optional() }),
    z.object({ type: z.literal('task.cancelled'), ...ended }),
    z.object({
      type: z.literal('task.retrying'),
      ...ofTask,
      error: Fault.optional().describe('Left out where its worker went away'),
    }),
    z.object({ type: z.literal('job.completed'), ...ofJob, at: Moment }),
    z.object({ type: z.literal('job.failed'), ...ofJob, error: Fault.optional(), at: Moment }),
    z.object({ type: z.literal('job.cancelled'), ...ofJob, error: Fault.optional(), at: Moment }),
  ])
  .meta({ id: 'JobEvent' });
export type JobEvent = z.infer<typeof JobEvent>;

/** After one of these a stream ends. */
export const isLastJobEvent = ({ type }: JobEvent): boolean =>
  type === 'job.completed' || type === 'job.failed' || type === 'job.cancelled';
