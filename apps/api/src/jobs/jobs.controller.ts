import { Controller, Inject, Req, Res } from '@nestjs/common';
import {
  FINAL_JOB_STATES,
  IntermodalError,
  parseId,
  showId,
  SubmitJob,
  type DeliveryList,
  type JobList,
  type JobView,
} from '@intermodal/contracts';
import type { JobRecords, JobRow } from '@intermodal/pipeline';
import type { FastifyReply } from 'fastify';
import { contentType, readJson } from '../http/body.ts';
import { Operation } from '../http/operation.ts';
import { faultsOf, readRequest, sentenceOf } from '../http/read-request.ts';
import { clientGone, type ApiRequest } from '../http/request.ts';
import { JOBS } from '../parts.ts';
import { JobForm } from './job-form.ts';
import { JobViews } from './job-views.ts';
import { JobWaiter } from './job-waiter.ts';
import { Webhooks } from '../webhooks/webhooks.ts';
import { Retries } from './retries.ts';
import { Submissions } from './submissions.ts';

@Controller()
export class JobsController {
  readonly #jobs: JobRecords;
  readonly #submissions: Submissions;
  readonly #retries: Retries;
  readonly #form: JobForm;
  readonly #waiter: JobWaiter;
  readonly #views: JobViews;
  readonly #webhooks: Webhooks;

  constructor(
    @Inject(JOBS) jobs: JobRecords,
    @Inject(Submissions) submissions: Submissions,
    @Inject(Retries) retries: Retries,
    @Inject(JobForm) form: JobForm,
    @Inject(JobWaiter) waiter: JobWaiter,
    @Inject(JobViews) views: JobViews,
    @Inject(Webhooks) webhooks: Webhooks,
  ) {
    this.#jobs = jobs;
    this.#submissions = submissions;
    this.#retries = retries;
    this.#form = form;
    this.#waiter = waiter;
    this.#views = views;
    this.#webhooks = webhooks;
  }

  @Operation('submitJob')
  async submit(
    @Req() request: ApiRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobView> {
    const { query, headers } = readRequest('submitJob', request);
    const signal = clientGone(reply);
    const isForm = contentType(request) === 'multipart/form-data';
    const body = isForm ? await this.#form.read(request, signal) : await readJson(request);
    const submission = SubmitJob.safeParse(body);
    if (!submission.success)
      throw new IntermodalError('input.invalid', sentenceOf(submission.error.issues, 'body'), {
        details: faultsOf(submission.error.issues, 'body'),
      });
    const jobId = await this.#submissions.submit(request.tenantId, submission.data, {
      idempotencyKey: headers['idempotency-key'],
      signal,
    });
    const row = await this.#waiter.wait(request.tenantId, jobId, query.wait * 1000, signal);
    if (!row) throw new IntermodalError('internal.bug', `Job ${jobId} was submitted and is not there.`);
    void reply.header('location', `/v1/jobs/${showId('job', jobId)}`);
    void reply.status(query.wait > 0 && FINAL_JOB_STATES.includes(row.state) ? 200 : 202);
    const webhook = submission.data.webhook && (await this.#webhooks.show({ jobId }));
    return { ...(await this.#views.view(row, { tasks: false, signal })), ...(webhook && { webhook }) };
  }

  @Operation('listJobs')
  async list(@Req() request: ApiRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<JobList> {
    const { query } = readRequest('listJobs', request);
    const before = query.cursor === undefined ? undefined : parseId('job', query.cursor);
    const page = await this.#jobs.list(request.tenantId, {
      limit: query.limit,
      ...(query.status && { state: query.status }),
      ...(query.pipeline !== undefined && { pipeline: query.pipeline }),
      ...(query.batch !== undefined && { batchId: parseId('batch', query.batch)! }),
      ...(query.from !== undefined && { from: momentOf(query.from) }),
      ...(query.until !== undefined && { until: momentOf(query.until) }),
      ...(query.metadata !== undefined && { metadata: pairsOf(query.metadata) }),
      ...(before !== undefined && { before }),
    });
    const signal = clientGone(reply);
    return {
      jobs: await Promise.all(page.jobs.map((row) => this.#views.line(row, signal))),
      next: page.next === undefined ? null : showId('job', page.next),
    };
  }

  @Operation('getJob')
  async get(@Req() request: ApiRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<JobView> {
    const { path, query } = readRequest('getJob', request);
    const row = await this.#find(request.tenantId, path.id);
    return this.#views.view(row, { tasks: query.tasks, signal: clientGone(reply) });
  }

  @Operation('cancelJob')
  async cancel(
    @Req() request: ApiRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobView> {
    const { path } = readRequest('cancelJob', request);
    const { id } = await this.#find(request.tenantId, path.id);
    await this.#jobs.cancel(request.tenantId, id);
    const row = await this.#find(request.tenantId, path.id);
    return this.#views.view(row, { tasks: false, signal: clientGone(reply) });
  }

  @Operation('retryJob')
  async retry(@Req() request: ApiRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<JobView> {
    const { path } = readRequest('retryJob', request);
    const signal = clientGone(reply);
    const old = await this.#find(request.tenantId, path.id);
    const jobId = await this.#retries.retryJob(request.tenantId, old, signal);
    const id = showId('job', jobId);
    const row = await this.#find(request.tenantId, id);
    const webhook = await this.#webhooks.show({ jobId });
    void reply.status(202).header('location', `/v1/jobs/${id}`);
    return { ...(await this.#views.view(row, { tasks: false, signal })), ...(webhook && { webhook }) };
  }

  @Operation('jobDeliveries')
  async deliveries(@Req() request: ApiRequest): Promise<DeliveryList> {
    const { path } = readRequest('jobDeliveries', request);
    const { id } = await this.#find(request.tenantId, path.id);
    return this.#webhooks.deliveries({ jobId: id });
  }

  async #find(tenantId: string, id: string): Promise<JobRow> {
    const uuid = parseId('job', id);
    const row = uuid && (await this.#jobs.get(tenantId, uuid));
    if (row) return row;
    throw new IntermodalError('job.not_found', `There is no job ${id}.`);
  }
}

const HOUR_MS = 3_600_000;

/** There are no jobs of before 1970, nor ids that could say so. */
const momentOf = (text: string): Date => new Date(Math.max(HOUR_MS, Date.parse(text)));

const pairsOf = (given: string | readonly string[]): Record<string, string> =>
  Object.fromEntries(
    [given].flat().map((one) => [one.slice(0, one.indexOf('=')), one.slice(one.indexOf('=') + 1)]),
  );
