import { z } from 'zod';
import { isErrorCode, type ErrorCode } from './error.ts';
import { idSchema } from './id.ts';
import { PipelineDocument } from './pipeline-document.ts';
import { WebhookRequest, WebhookView } from './webhook.ts';

export const TASK_STATES = [
  'waiting',
  'ready',
  'running',
  'completed',
  'failed',
  'skipped',
  'cancelled',
] as const;
export type TaskState = (typeof TASK_STATES)[number];
export const JOB_STATES = ['queued', 'running', 'completed', 'failed', 'cancelled'] as const;
export type JobState = (typeof JOB_STATES)[number];
export const FINAL_JOB_STATES: readonly JobState[] = ['completed', 'failed', 'cancelled'];

const Moment = z.iso.datetime().describe('UTC, ISO 8601');

export const Fault = z
  .object({
    code: z.custom<ErrorCode>(isErrorCode).meta({ type: 'string' }),
    message: z.string().describe('One sentence that names the field or file and the cure'),
    path: z.string().optional().describe('The task it happened in, e.g. lines[3].said'),
    details: z.unknown().optional(),
  })
  .meta({ id: 'Fault' });
export type Fault = z.infer<typeof Fault>;

/** What ran a task: shown with every result, so that nobody has to guess where an answer came from. */
export const Ran = z.object({
  engine: z.string().optional(),
  model: z.string().optional(),
  device: z.string().optional(),
});
export type Ran = z.infer<typeof Ran>;

export const TaskView = z
  .object({
    id: idSchema('task'),
    path: z.string().describe('Unique within the job, e.g. lines[3].said'),
    stage: z.string().nullable().describe('stage@version; null for an each'),
    status: z.enum(['queued', 'running', 'completed', 'failed', 'skipped', 'cancelled']),
    attempt: z.number().int().describe('How often it was started'),
    kept: z.literal(true).optional().describe('Its output is that of the job that this one retries'),
    progress: z.number().min(0).max(1).nullable(),
    ...Ran.shape,
    seconds: z.number().nullable().describe('From the last start to the end'),
    startedAt: Moment.nullable(),
    finishedAt: Moment.nullable(),
    error: Fault.optional(),
  })
  .meta({ id: 'Task' });
export type TaskView = z.infer<typeof TaskView>;

export const JobView = z
  .object({
    id: idSchema('job'),
    pipeline: z.string().describe('name@version'),
    status: z.enum(JOB_STATES),
    input: z.record(z.string(), z.unknown()),
    params: z.record(z.string(), z.unknown()),
    output: z.record(z.string(), z.unknown()).nullable(),
    error: Fault.optional(),
    warnings: z.array(Fault).describe('What was skipped or failed without failing the job'),
    waitingFor: z
      .array(z.string())
      .describe('Stages that tasks are ready for and that no live worker serves'),
    metadata: z.record(z.string(), z.string()),
    batch: idSchema('batch').optional().describe('The batch it is a row of'),
    retryOf: idSchema('job').optional().describe('The job that it retries'),
    retriedBy: idSchema('job').optional().describe('The job that retries it'),
    webhook: WebhookView.optional().describe('In the answer to the submission only'),
    tasks: z.array(TaskView).optional(),
    createdAt: Moment,
    startedAt: Moment.nullable(),
    finishedAt: Moment.nullable(),
  })
  .meta({ id: 'Job' });
export type JobView = z.infer<typeof JobView>;

export const Metadata = z
  .record(z.string().max(64), z.string().max(512))
  .default({})
  .describe('Yours; given back as it is');

const WEEK_MS = 7 * 24 * 3_600_000;

/** When the work is done, beside other work. Of a job, or of every job of a batch. */
export const Scheduling = {
  priority: z
    .number()
    .int()
    .min(-10)
    .max(10)
    .default(0)
    .describe('Among your own jobs of the same kind (single ones, those of batches): higher first'),
  deadlineMs: z
    .number()
    .int()
    .min(1_000)
    .max(WEEK_MS)
    .optional()
    .describe('Milliseconds after which a job that has not ended fails with job.deadline'),
};

export const SubmitJob = z
  .strictObject({
    pipeline: z
      .union([z.string().max(100), PipelineDocument])
      .describe('name, name@version, or a whole pipeline document'),
    input: z
      .record(z.string(), z.unknown())
      .default({})
      .describe(
        'By port: JSON, or for media {"artifact": "art_…"}, {"url": "https://…"} or {"base64": "…", "mediaType": "…", "name": "…"}',
      ),
    params: z.record(z.string(), z.unknown()).default({}),
    metadata: Metadata,
    webhook: WebhookRequest.optional(),
    ...Scheduling,
  })
  .meta({ id: 'SubmitJob' });
export type SubmitJob = z.input<typeof SubmitJob>;

export const JobList = z
  .object({ jobs: z.array(JobView), next: z.string().nullable().describe('Cursor of the next page') })
  .meta({ id: 'JobList' });
export type JobList = z.infer<typeof JobList>;

/** RFC 9457. */
export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.string(),
    detail: z.string(),
    requestId: z.string(),
    traceId: z.string().optional().describe('Of the trace of the request, where the API traces.'),
    errors: z.unknown().optional(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof Problem>;
