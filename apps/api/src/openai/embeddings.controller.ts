import { Controller, Inject, Req, Res } from '@nestjs/common';
import { EmbeddingsRequest } from '@intermodal/contracts';
import type { FastifyReply } from 'fastify';
import { Operation } from '../http/operation.ts';
import type { ApiRequest } from '../http/request.ts';
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
    const { output } = await this.#jobs.run(request, reply, call);
    const { promptTokens } = output;
    const encode = encoding_format === 'base64' ? base64Of : (vector: number[]) => vector;
    await reply.status(200).send({
      object: 'list',
      model: MODEL,
      data: (output['vectors'] as number[][]).map((vector, index) => ({
        ...{ object: 'embedding', index, embedding: encode(vector) },
      })),
      ...(typeof promptTokens === 'number' && {
        usage: { prompt_tokens: promptTokens, total_tokens: promptTokens },
      }),
    });
  }
}

/** 32-bit numbers, the least byte first, as OpenAI's clients ask for by themselves. */
const base64Of = (vector: readonly number[]): string =>
  Buffer.from(Float32Array.from(vector).buffer).toString('base64');
