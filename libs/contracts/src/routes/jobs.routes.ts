import { z } from 'zod';
import { idSchema } from '../id.ts';
import { JOB_STATES, JobList, JobView, SubmitJob } from '../job.ts';
import { DeliveryList } from '../webhook.ts';
import { JobEvent } from '../job-event.ts';
import { streamed } from './streamed.ts';
import type { Route } from './route.ts';

/** `?wait=` at most. */
export const MAX_WAIT_SECONDS = 60;

const ById = z.object({ id: idSchema('job') });
const Pair = z
  .string()
  .max(1_000)
  .regex(/^[^=]+=/, 'expected NAME=VALUE');
const flag = z.enum(['true', 'false']).transform((value) => value === 'true');

const example = {
  id: 'job_01kb5y7k2wf1x8m3q4z9n6t0vc',
  pipeline: 'speech-to-speech@1',
  status: 'queued',
  input: { audio: { id: 'art_01kb5y7k2wf1x8m3q4z9n6t0vc', mediaType: 'audio/wav', bytes: 211_244 } },
  params: { to: 'es' },
  output: null,
  warnings: [],
  waitingFor: [],
  metadata: {},
  createdAt: '2026-11-23T12:00:00.000Z',
  startedAt: null,
  finishedAt: null,
};
const ended = {
  ...example,
  status: 'completed',
  output: { lines: [{ startMs: 0, endMs: 1811, heard: 'good morning', said: 'buenos días' }] },
  startedAt: '2026-11-23T12:00:00.100Z',
  finishedAt: '2026-11-23T12:00:02.400Z',
};
const job = { 'application/json': { schema: JobView, example } };
const endedJob = { 'application/json': { schema: JobView, example: ended } };

export const jobRoutes = {
  submitJob: {
    method: 'POST',
    path: '/v1/jobs',
    tag: 'jobs',
    scope: 'jobs:write',
    spends: ['compute', 'storage'],
    summary: 'Run a pipeline',
    description:
      'After 202 the job will end, whatever dies. As multipart/form-data, for curl: the field `pipeline`, ' +
      '`input.<port>` as a file or as text, `params.<name>` and `metadata.<name>`; a text that is JSON is read as such ' +
      'where the port or the parameter is not a string.',
    query: z.object({
      wait: z.coerce
        .number()
        .min(0)
        .max(MAX_WAIT_SECONDS)
        .default(0)
        .describe('Seconds to wait for the end of the job: 200 when it ended in time, else 202'),
    }),
    headers: z.object({
      'idempotency-key': z
        .string()
        .min(1)
        .max(255)
        .optional()
        .describe('The same key with the same request gives the same job'),
    }),
    body: {
      'application/json': {
        schema: SubmitJob,
        example: {
          pipeline: 'speech-to-speech',
          input: { audio: { artifact: 'art_01kb5y7k2wf1x8m3q4z9n6t0vc' } },
          params: { to: 'es' },
        },
      },
      'multipart/form-data': {
        schema: z.looseObject({ pipeline: z.string().describe('name or name@version') }),
      },
    },
    answers: {
      200: { summary: 'The job ended while you waited', content: endedJob },
      202: {
        summary: 'Accepted, and recorded',
        content: job,
        headers: { Location: 'The address of the job' },
      },
    },
    errors: [
      'input.invalid',
      'input.absent',
      'input.too_large',
      'pipeline.unknown',
      'pipeline.invalid',
      'stage.unknown',
      'media.unsupported',
      'url.refused',
      'artifact.not_found',
      'idempotency.conflict',
      'quota.open_jobs',
      'request.invalid',
    ],
  },
  listJobs: {
    method: 'GET',
    path: '/v1/jobs',
    tag: 'jobs',
    scope: 'jobs:read',
    summary: 'Jobs, the newest first',
    description:
      'A page looks at 10,000 jobs at most. Where filters together pass few of very many, it may hold fewer than `limit`, or none, and yet ' +
      '`next` says where to go on.',
    query: z.object({
      status: z.enum(JOB_STATES).optional(),
      pipeline: z.string().max(100).optional().describe('A name, without a version'),
      batch: idSchema('batch').optional().describe('Jobs that this batch made'),
      from: z.iso.datetime({ offset: true }).optional().describe('Made at this moment or later'),
      until: z.iso.datetime({ offset: true }).optional().describe('Made before this moment'),
      metadata: z
        .union([Pair, z.array(Pair).max(10)])
        .optional()
        .describe('`name=value`, as it was given with the job; repeated, all of them'),
      limit: z.coerce.number().int().min(1).max(100).default(20),
      cursor: idSchema('job').optional().describe('`next` of the page before'),
    }),
    answers: {
      200: {
        summary: 'One page',
        content: { 'application/json': { schema: JobList, example: { jobs: [example], next: null } } },
      },
    },
    errors: ['request.invalid'],
  },
  getJob: {
    method: 'GET',
    path: '/v1/jobs/:id',
    tag: 'jobs',
    scope: 'jobs:read',
    summary: 'One job',
    pathParameters: ById,
    query: z.object({ tasks: flag.default(false).describe('true: with its tasks, 1,000 at most') }),
    answers: { 200: { summary: 'Found', content: endedJob } },
    errors: ['job.not_found', 'request.invalid'],
  },
  jobEvents: {
    method: 'GET',
    path: '/v1/jobs/:id/events',
    scope: 'jobs:read',
    tag: 'jobs',
    summary: 'What happens to a job, as it happens',
    description:
      'Server-sent events: first what has happened, then the rest, until the job has ended. Every change of state is told once, also ' +
      'to who comes again with the id of the last event, whichever API process answers. task.progress and task.partial are best effort.',
    pathParameters: ById,
    ...streamed(JobEvent, {
      type: 'task.completed',
      job: 'job_01kb5y7k2wf1x8m3q4z9n6t0vc',
      path: 'lines[0].heard',
      stage: 'speech.transcribe@1',
      attempt: 1,
      engine: 'pocketsphinx',
      seconds: 0.8,
      at: '2026-11-23T12:00:01.200Z',
    }),
    errors: ['job.not_found', 'quota.streams', 'request.invalid'],
  },
  cancelJob: {
    method: 'POST',
    path: '/v1/jobs/:id/cancel',
    tag: 'jobs',
    scope: 'jobs:write',
    audited: true,
    summary: 'Cancel a job',
    description: 'A job that ended already stays as it is, and is answered as it is.',
    pathParameters: ById,
    answers: { 200: { summary: 'The job, now final', content: job } },
    errors: ['job.not_found'],
  },
  retryJob: {
    method: 'POST',
    path: '/v1/jobs/:id/retry',
    tag: 'jobs',
    scope: 'jobs:write',
    spends: ['compute'],
    summary: 'Run a failed or cancelled job again, but not what completed in it',
    description:
      'Makes another job with the same pipeline, input, params, metadata, priority, deadline and webhook; the old one stays as it ' +
      'is. A task that completed is kept, unless something before it failed. Asked again, it answers with the same retry; a row of ' +
      'a batch is retried with its batch.',
    pathParameters: ById,
    answers: {
      202: {
        summary: 'The new job',
        headers: { Location: 'The address of the job' },
        content: job,
      },
    },
    errors: ['job.not_found', 'job.not_failed', 'input.invalid', 'quota.open_jobs'],
  },
  jobDeliveries: {
    method: 'GET',
    path: '/v1/jobs/:id/deliveries',
    tag: 'webhooks',
    scope: 'webhooks:manage',
    summary: 'How its webhook was told',
    pathParameters: ById,
    answers: { 200: { summary: 'Found', content: { 'application/json': { schema: DeliveryList } } } },
    errors: ['job.not_found'],
  },
} as const satisfies Record<string, Route>;
