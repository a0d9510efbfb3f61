import { Controller, Inject, Req, Res } from '@nestjs/common';
import { EmbeddingsRequest } from '@intermodal/contracts';
import type { FastifyReply } from 'fastify';
import { Operation } from '../http/operation.ts';
import type { ApiRequest } from '../http/request.ts';
import { embeddingsOf } from './answers.ts';
import { OpenAiJobs } from './openai-jobs.ts';
import { readOpenAi, refused } from './read-openai.ts';

const MODEL = 'text-embedding';

@Controller()
export class EmbeddingsController {
  readonly #jobs: OpenAiJobs;
  constructor(@Inject(OpenAiJobs) jobs: OpenAiJobs) {
    this.#jobs = jobs;
  }

  @Operation('openAiEmbeddings')
  async embed(@Req() request: ApiRequest, @Res() reply: FastifyReply): Promise<void> {
    const { model, input, encoding_format, dimensions } = await readOpenAi(EmbeddingsRequest, request);
    if (dimensions !== undefined && dimensions !== null)
      throw refused('dimensions', 'a vector has as many as its model gives; leave it out.');
    const texts = typeof input === 'string' ? [input] : input;
    const call = { pipeline: MODEL, model, input: { texts }, params: {} } as const;
    const job = await this.#jobs.run(request, reply, call);
    await reply.status(200).send(embeddingsOf(job, encoding_format ?? 'float'));
  }
}
