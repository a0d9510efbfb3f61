import { z } from 'zod';
import { BatchList, BatchView, SubmitBatch } from '../batch.ts';
import { idSchema } from '../id.ts';
import { DeliveryList } from '../webhook.ts';
import { BatchEvent } from '../batch-event.ts';
import { streamed } from './streamed.ts';
import type { Route } from './route.ts';

const ById = z.object({ id: idSchema('batch') });

const example = {
  id: 'bat_01kb5y7k2wf1x8m3q4z9n6t0vc',
  pipeline: 'speech-to-speech@1',
  status: 'running',
  counts: { total: 3, queued: 0, running: 1, completed: 1, failed: 0, cancelled: 0, invalid: 1, unread: 0 },
  percent: 66.7,
  errors: [
    {
      line: 2,
      customId: 'b',
      code: 'input.absent',
      message: 'input.audio: speech-to-speech needs a file of type */* here.',
    },
  ],
  metadata: {},
  createdAt: '2026-11-23T12:00:00.000Z',
  startedAt: '2026-11-23T12:00:00.100Z',
  finishedAt: null,
};
const batch = { 'application/json': { schema: BatchView, example } };

export const batchRoutes = {
  submitBatch: {
    method: 'POST',
    path: '/v1/batches',
    tag: 'batches',
    scope: 'jobs:write',
    spends: ['compute', 'storage'],
    summary: 'Run a pipeline over many rows',
    description:
      'Rows within JSON, 1,000 and 16 MB at most, are accepted in one transaction, or none. As JSON lines (10,000 rows and 100 MB at ' +
      'most, 1 MB a line), sent as the body or uploaded before, they are accepted at once and read afterwards: the batch is ' +
      'validating, and its first rows run meanwhile. A row that is wrong becomes a row error with its line, and the others run; when all are ' +
      'wrong, the batch fails. Where the body is JSON lines, the pipeline and the webhook stand in the query.',
    query: z.object({
      pipeline: z.string().max(100).optional().describe('For JSON lines: name, or name@version'),
      webhook: z
        .string()
        .max(2_000)
        .optional()
        .describe('For JSON lines: where to POST when the batch has ended'),
    }),
    headers: z.object({
      'idempotency-key': z
        .string()
        .min(1)
        .max(255)
        .optional()
        .describe('The same key with the same request gives the same batch'),
    }),
    body: {
      'application/json': {
        schema: SubmitBatch,
        example: {
          pipeline: 'speech-to-speech',
          params: { to: 'es' },
          rows: [
            { custom_id: 'a', input: { audio: { artifact: 'art_01kb5y7k2wf1x8m3q4z9n6t0vc' } } },
            {
              custom_id: 'b',
              input: { audio: { artifact: 'art_01kb5y7k2wf1x8m3q4z9n6t0vc' } },
              params: { to: 'de' },
            },
          ],
        },
      },
      'application/jsonl': {},
      'application/x-ndjson': {},
    },
    answers: {
      202: {
        summary: 'Accepted, and recorded',
        content: batch,
        headers: { Location: 'The address of the batch' },
      },
    },
    errors: [
      'input.invalid',
      'input.absent',
      'input.too_large',
      'pipeline.unknown',
      'pipeline.invalid',
      'artifact.not_found',
      'idempotency.conflict',
      'quota.open_jobs',
      'request.invalid',
    ],
  },
  listBatches: {
    method: 'GET',
    path: '/v1/batches',
    tag: 'batches',
    scope: 'jobs:read',
    summary: 'Batches, the newest first',
    query: z.object({
      limit: z.coerce.number().int().min(1).max(100).default(20),
      cursor: idSchema('batch').optional().describe('`next` of the page before'),
    }),
    answers: {
      200: {
        summary: 'One page',
        content: { 'application/json': { schema: BatchList, example: { batches: [example], next: null } } },
      },
    },
    errors: ['request.invalid'],
  },
  getBatch: {
    method: 'GET',
    path: '/v1/batches/:id',
    tag: 'batches',
    scope: 'jobs:read',
    summary: 'One batch, and how far it is',
    pathParameters: ById,
    answers: { 200: { summary: 'Found', content: batch } },
    errors: ['batch.not_found'],
  },
  batchResults: {
    method: 'GET',
    path: '/v1/batches/:id/results',
    tag: 'batches',
    scope: 'jobs:read',
    summary: 'What came of each row, in their order',
    description:
      'JSON lines, streamed: custom_id, line, status, and output or error. May be read at any time: rows that have not ' +
      'ended say queued or running.',
    pathParameters: ById,
    answers: { 200: { summary: 'One line per row', content: { 'application/jsonl': {} } } },
    errors: ['batch.not_found'],
  },
  batchErrors: {
    method: 'GET',
    path: '/v1/batches/:id/errors',
    tag: 'batches',
    scope: 'jobs:read',
    summary: 'What went wrong, row by row',
    description:
      'JSON lines as of the results, streamed, but only rows with an error: those that never became jobs, and those whose job ' +
      'failed or was cancelled. `line` is the line in the file that was sent.',
    pathParameters: ById,
    answers: { 200: { summary: 'One line per bad row', content: { 'application/jsonl': {} } } },
    errors: ['batch.not_found'],
  },
  batchEvents: {
    method: 'GET',
    path: '/v1/batches/:id/events',
    scope: 'jobs:read',
    tag: 'batches',
    summary: 'How far a batch is, as it moves on',
    description:
      'Server-sent events, until the batch has ended. Who comes again with the id of the last event is told nothing twice.',
    pathParameters: ById,
    ...streamed(BatchEvent, {
      type: 'batch.progress',
      batch: example.id,
      status: 'running',
      counts: example.counts,
      percent: example.percent,
    }),
    errors: ['batch.not_found', 'quota.streams', 'request.invalid'],
  },
  cancelBatch: {
    method: 'POST',
    path: '/v1/batches/:id/cancel',
    tag: 'batches',
    scope: 'jobs:write',
    audited: true,
    summary: 'Cancel what has not ended of a batch',
    description: 'A batch that ended already stays as it is, and is answered as it is.',
    pathParameters: ById,
    answers: { 200: { summary: 'The batch, now final', content: batch } },
    errors: ['batch.not_found'],
  },
  retryBatch: {
    method: 'POST',
    path: '/v1/batches/:id/retry',
    tag: 'batches',
    scope: 'jobs:write',
    spends: ['compute'],
    summary: 'Run again what failed or was cancelled in a batch that has ended',
    description:
      'Makes another batch with the same rows; the old one stays as it is. Rows that completed share their jobs with it and are not ' +
      'run again; of the others, what completed is kept. Its results have all rows. Asked again, it answers with the same retry.',
    pathParameters: ById,
    answers: {
      202: {
        summary: 'The new batch',
        headers: { Location: 'The address of the batch' },
        content: batch,
      },
    },
    errors: ['batch.not_found', 'batch.not_failed', 'input.invalid', 'quota.open_jobs'],
  },
  batchDeliveries: {
    method: 'GET',
    path: '/v1/batches/:id/deliveries',
    tag: 'webhooks',
    scope: 'webhooks:manage',
    summary: 'How its webhook was told',
    pathParameters: ById,
    answers: { 200: { summary: 'Found', content: { 'application/json': { schema: DeliveryList } } } },
    errors: ['batch.not_found'],
  },
} as const satisfies Record<string, Route>;
