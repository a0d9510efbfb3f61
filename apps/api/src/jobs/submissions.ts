import { Inject, Injectable } from '@nestjs/common';
import {
  isArtifactRef,
  newUuid,
  showId,
  type ArtifactRef,
  type PipelineDocument,
  type WebhookRequest,
} from '@intermodal/contracts';
import {
  checkSubmission,
  sha256Of,
  withFetches,
  type JobRecords,
  type Plan,
  type StageCatalogue,
} from '@intermodal/pipeline';
import type { SpanOptions, Tracing } from '@intermodal/telemetry';
import { CATALOGUE, JOBS, TRACING } from '../parts.ts';
import { Pipelines } from '../pipelines/pipelines.ts';
import { Webhooks } from '../webhooks/webhooks.ts';
import { Dispatch } from './dispatch.ts';
import { MediaInput } from './media-input.ts';
import { refuseReferences } from './references.ts';

export interface Submission {
  readonly pipeline: string | PipelineDocument;
  readonly input: Readonly<Record<string, unknown>>;
  readonly params: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly webhook?: WebhookRequest | undefined;
  readonly priority: number;
  readonly deadlineMs?: number | undefined;
}

/** What a job runs with. */
export interface Checked {
  readonly input: Record<string, unknown>;
  readonly params: Readonly<Record<string, unknown>>;
  /** With tasks that fetch what addresses were given for; left out where there are none. */
  readonly plan?: Plan;
}

/** Checks a submission, writes it down, and tells the workers. */
@Injectable()
export class Submissions {
  readonly #jobs: JobRecords;
  readonly #dispatch: Dispatch;
  readonly #catalogue: StageCatalogue;
  readonly #pipelines: Pipelines;
  readonly #media: MediaInput;
  readonly #webhooks: Webhooks;
  readonly #tracing: Tracing;

  constructor(
    @Inject(JOBS) jobs: JobRecords,
    @Inject(Dispatch) dispatch: Dispatch,
    @Inject(CATALOGUE) catalogue: StageCatalogue,
    @Inject(Pipelines) pipelines: Pipelines,
    @Inject(MediaInput) media: MediaInput,
    @Inject(Webhooks) webhooks: Webhooks,
    @Inject(TRACING) tracing: Tracing,
  ) {
    this.#jobs = jobs;
    this.#dispatch = dispatch;
    this.#catalogue = catalogue;
    this.#pipelines = pipelines;
    this.#media = media;
    this.#webhooks = webhooks;
    this.#tracing = tracing;
  }

  /** @returns the job's uuid: of an earlier job, when the idempotency key is known */
  async submit(
    tenantId: string,
    submission: Submission,
    options: { idempotencyKey: string | undefined; signal: AbortSignal },
  ): Promise<string> {
    const asked = await this.#pipelines.planOf(tenantId, submission.pipeline);
    const { input, params, plan = asked } = await this.check(tenantId, asked, submission, options);
    const webhook = submission.webhook && (await this.#webhooks.accept(submission.webhook, options.signal));
    const key = options.idempotencyKey;
    const id = newUuid();
    const submitted = await this.#tracing.span(
      'submit job',
      () => spanOf(id, plan),
      (span) =>
        this.#jobs.submit({
          id,
          tenantId,
          plan,
          input,
          params,
          metadata: submission.metadata,
          priority: submission.priority,
          deadlineMs: submission.deadlineMs,
          ...(webhook && { webhook }),
          ...(key !== undefined && { idempotency: { key, sha256: sha256Of(comparable(submission, input)) } }),
          ...(span.traceparent !== '' && { trace: span.traceparent }),
        }),
    );
    this.#dispatch.send(submitted.waiting);
    return submitted.jobId;
  }

  /**
   * What a job would run with: defaults filled in, files looked up.
   * @param options.known artifacts that were looked up already, by uuid
   */
  async check(
    tenantId: string,
    plan: Plan,
    submission: Pick<Submission, 'input' | 'params'>,
    options: { signal: AbortSignal; known?: ReadonlyMap<string, ArtifactRef> },
  ): Promise<Checked> {
    for (const [name, value] of Object.entries(submission.input)) refuseReferences(value, `input.${name}`);
    refuseReferences(submission.params, 'params');
    const checked = checkSubmission(plan, submission, this.#catalogue);
    const input: Record<string, unknown> = { ...checked.input };
    const addresses: string[] = [];
    for (const [name, pattern] of mediaPorts(plan)) {
      if (input[name] === undefined || input[name] === null) continue;
      const resolved = await this.#media.resolve(tenantId, { name, pattern }, input[name], options);
      if ('url' in resolved) addresses.push(name);
      input[name] = resolved;
    }
    const fetching = addresses.length > 0 && { plan: withFetches(plan, addresses, this.#catalogue) };
    return { input, params: checked.params, ...fetching };
  }
}

const spanOf = (jobId: string, { document: { name, version } }: Plan): SpanOptions => ({
  kind: 'producer',
  attributes: { 'intermodal.job.id': showId('job', jobId), 'intermodal.pipeline': `${name}@${version}` },
});

function mediaPorts(plan: Plan): [name: string, pattern: string][] {
  return Object.entries(plan.document.input).flatMap(([name, port]): [string, string][] =>
    typeof port.media === 'string' ? [[name, port.media]] : [],
  );
}

/** What makes two requests the same: files count by their content, because a repeated upload has a new id. */
export const comparable = (submission: Submission, resolved: Readonly<Record<string, unknown>>) => ({
  pipeline: submission.pipeline,
  params: submission.params,
  metadata: submission.metadata,
  // Absent and not asked for are one, also for keys of before there were webhooks.
  ...(submission.webhook && { webhook: submission.webhook }),
  ...(submission.priority !== 0 && { priority: submission.priority }),
  ...(submission.deadlineMs !== undefined && { deadlineMs: submission.deadlineMs }),
  input: Object.fromEntries(
    Object.entries(submission.input).map(([name, value]) => {
      const file = resolved[name];
      return [name, isArtifactRef(file) ? contentOf(file) : value];
    }),
  ),
});

const contentOf = ({ sha256, mediaType }: ArtifactRef) => ({ sha256, mediaType });
