import { z } from 'zod';
import { idSchema } from './id.ts';
import { Fault, JOB_STATES, Metadata, Scheduling } from './job.ts';
import { PipelineDocument } from './pipeline-document.ts';
import { WebhookRequest, WebhookView } from './webhook.ts';

/** Rows of a batch that come within JSON, at most: they are accepted in one transaction. */
export const MAX_BATCH_ROWS = 1_000;
/** The same, in bytes. */
export const BATCH_MAX_BYTES = 16_000_000;
/** Rows of a batch that stand in a file of JSON lines, at most. */
export const MAX_FILE_ROWS = 10_000;
/** The same, in bytes. */
export const BATCH_FILE_MAX_BYTES = 100_000_000;
/** One line of such a file, in bytes at most. */
export const LINE_MAX_BYTES = 1_000_000;

export const BATCH_STATES = ['validating', 'queued', 'running', 'completed', 'failed', 'cancelled'] as const;
export type BatchState = (typeof BATCH_STATES)[number];
export const FINAL_BATCH_STATES: readonly BatchState[] = ['completed', 'failed', 'cancelled'];

export const BatchRow = z
  .strictObject({
    custom_id: z.string().min(1).max(128).describe('Yours, unique within the batch'),
    input: z.record(z.string(), z.unknown()).default({}).describe('As of a job'),
    params: z.record(z.string(), z.unknown()).default({}).describe("Over the batch's own"),
    metadata: Metadata,
  })
  .meta({ id: 'BatchRow' });
export type BatchRow = z.infer<typeof BatchRow>;

const shared = {
  pipeline: z
    .union([z.string().max(100), PipelineDocument])
    .describe('name, name@version, or a whole pipeline document'),
  params: z.record(z.string(), z.unknown()).default({}).describe('Of every row'),
  metadata: Metadata,
  webhook: WebhookRequest.optional(),
  ...Scheduling,
};

/** Rows are checked one by one, so that a bad one does not stop the others: here they are anything. */
export const SubmitBatch = z
  .union([
    z.strictObject({
      ...shared,
      rows: z
        .array(z.unknown())
        .describe('Each {custom_id, input, params?, metadata?}; 1,000 and 16 MB at most'),
    }),
    z.strictObject({
      ...shared,
      artifact: z
        .string()
        .max(64)
        .describe('An uploaded file of JSON lines, one row each; 10,000 and 100 MB at most'),
    }),
  ])
  .meta({ id: 'SubmitBatch' });
export type SubmitBatch = z.input<typeof SubmitBatch>;

const RowError = Fault.extend({
  line: z.number().int().describe('In the JSON lines, or the place in `rows`; from 1'),
  customId: z.string().optional(),
}).meta({ id: 'RowError' });

export const BatchView = z
  .object({
    id: idSchema('batch'),
    pipeline: z.string().describe('name@version'),
    status: z
      .enum(BATCH_STATES)
      .describe(
        'validating: its file is being read, and rows that were read run already; completed: every row has ended, each as it did; ' +
          'failed: no row was valid, or `error` says why',
      ),
    counts: z.object({
      total: z.number().int(),
      queued: z.number().int(),
      running: z.number().int(),
      completed: z.number().int(),
      failed: z.number().int(),
      cancelled: z.number().int(),
      invalid: z.number().int().describe('Rows that never became jobs'),
      unread: z.number().int().describe('Rows of its file that were not read yet, or never will be'),
    }),
    percent: z
      .number()
      .min(0)
      .max(100)
      .describe('Rows that ended, invalid ones included; 100 when the batch is final'),
    error: Fault.optional().describe('Why the batch failed as a whole'),
    errors: z
      .array(RowError)
      .describe('The first 20 invalid rows; /v1/batches/:id/errors has all, and those whose job failed'),
    metadata: z.record(z.string(), z.string()),
    retryOf: idSchema('batch').optional().describe('The batch that it retries'),
    retriedBy: idSchema('batch').optional().describe('The batch that retries it'),
    webhook: WebhookView.optional().describe('In the answer to the submission only'),
    createdAt: z.iso.datetime(),
    startedAt: z.iso.datetime().nullable(),
    finishedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Batch' });
export type BatchView = z.infer<typeof BatchView>;

export const BatchList = z
  .object({ batches: z.array(BatchView), next: z.string().nullable().describe('Cursor of the next page') })
  .meta({ id: 'BatchList' });
export type BatchList = z.infer<typeof BatchList>;

export const BatchResult = z
  .object({
    custom_id: z.string().nullable().describe('null where the row could not be read that far'),
    line: z.number().int(),
    status: z.enum([...JOB_STATES, 'invalid']),
    job: idSchema('job').optional(),
    output: z.record(z.string(), z.unknown()).optional(),
    error: Fault.optional(),
  })
  .meta({ id: 'BatchResult' });
export type BatchResult = z.infer<typeof BatchResult>;
