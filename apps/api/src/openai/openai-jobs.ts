import { Inject, Injectable } from '@nestjs/common';
import { IntermodalError, type ArtifactRef } from '@intermodal/contracts';
import type { FastifyReply } from 'fastify';
import type { ApiRequest } from '../http/request.ts';
import { AttendedJobs, type AttendedCall, type AttendedJob, type EndedJob } from '../jobs/attended-jobs.ts';

/** Which pipeline serves what, and so what `model` may name. */
export const OPENAI_PIPELINES = ['chat', 'text-embedding', 'transcription', 'translation', 'speech'] as const;

export interface OpenAiCall extends AttendedCall {
  readonly pipeline: (typeof OPENAI_PIPELINES)[number];
  /** As the caller names it. */
  readonly model: string;
}

/** Calls as jobs of the pipelines that serve them. */
@Injectable()
export class OpenAiJobs {
  readonly #jobs: AttendedJobs;
  constructor(@Inject(AttendedJobs) jobs: AttendedJobs) {
    this.#jobs = jobs;
  }

  /** @throws IntermodalError with the code of the job's failure, `pipeline.unknown` for a model that does not serve this */
  async run(request: ApiRequest, reply: FastifyReply, call: OpenAiCall): Promise<EndedJob> {
    const job = await this.begin(request, reply, call);
    return job.end();
  }

  /** The job, accepted: to be followed while it runs, and awaited. */
  begin(request: ApiRequest, reply: FastifyReply, { model, ...call }: OpenAiCall): Promise<AttendedJob> {
    const { pipeline } = call;
    if (model !== pipeline && model !== `${pipeline}@1`)
      throw new IntermodalError(
        'pipeline.unknown',
        `The model '${model}' does not serve this; '${pipeline}' does.`,
        { details: [{ path: 'model', message: `expected ${pipeline}` }] },
      );
    return this.#jobs.begin(request, reply, call);
  }
}

/** A file as an input of a job. */
export const fileInput = ({ id }: ArtifactRef) => ({ artifact: id });
