import { showId } from '@intermodal/contracts';
import type { EndedJob } from '../jobs/attended-jobs.ts';

/** That of the job, so that it is found again. */
export const completionId = ({ id }: { readonly id: string }): string =>
  showId('job', id).replace('job_', 'chatcmpl-');

/** What a job of `chat` gave, as OpenAI tells it. */
export function completionOf(job: EndedJob): object {
  const usage = usageOf(job);
  return {
    id: completionId(job),
    object: 'chat.completion',
    created: Math.floor(job.createdAt.getTime() / 1_000),
    model: 'chat',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: job.output['text'], refusal: null },
        finish_reason: job.output['finishReason'],
        logprobs: null,
      },
    ],
    ...(usage && { usage }),
  };
}

/** Undefined where the engine does not count. */
export function usageOf({ output }: EndedJob) {
  const { promptTokens, completionTokens } = output;
  if (typeof promptTokens !== 'number' || typeof completionTokens !== 'number') return undefined;
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  };
}

/** What a job of `text-embedding` gave, as OpenAI tells it. */
export function embeddingsOf({ output }: EndedJob, encoding: 'float' | 'base64'): object {
  const { promptTokens } = output;
  const encode = encoding === 'base64' ? base64Of : (vector: readonly number[]) => vector;
  return {
    object: 'list',
    model: 'text-embedding',
    data: (output['vectors'] as number[][]).map((vector, index) => ({
      ...{ object: 'embedding', index, embedding: encode(vector) },
    })),
    ...(typeof promptTokens === 'number' && {
      usage: { prompt_tokens: promptTokens, total_tokens: promptTokens },
    }),
  };
}

/** 32-bit numbers, the least byte first, as OpenAI's clients ask for by themselves. */
const base64Of = (vector: readonly number[]): string =>
  Buffer.from(Float32Array.from(vector).buffer).toString('base64');
