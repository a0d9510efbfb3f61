import {
  BatchRow,
  ChatRequest,
  EmbeddingsRequest,
  IntermodalError,
  OpenAiBatchLine,
  type BatchResult,
  type OPENAI_BATCH_ENDPOINTS,
} from '@intermodal/contracts';
import { parseId } from '@intermodal/contracts';
import { completionOf, embeddingsOf } from './answers.ts';
import { chatCallOf } from './chat-call.ts';
import { createdOf } from './file-ids.ts';
import { checked, refused } from './read-openai.ts';

export type BatchEndpoint = (typeof OPENAI_BATCH_ENDPOINTS)[number];

export const PIPELINE_OF = {
  '/v1/chat/completions': 'chat',
  '/v1/embeddings': 'text-embedding',
} as const satisfies Record<BatchEndpoint, string>;

/**
 * A line of OpenAI's as a row of a batch of ours.
 * @throws IntermodalError `request.invalid` that names the field
 */
export function rowOf(value: unknown, endpoint: BatchEndpoint): BatchRow {
  const { custom_id, url, body } = checked(OpenAiBatchLine, value, 'body');
  if (url !== endpoint) throw refused('url', `is ${url}, and the batch is for ${endpoint}.`);
  if (endpoint === '/v1/embeddings') {
    const { model, input } = checked(EmbeddingsRequest, body, 'body');
    refuseModel(model, endpoint);
    return BatchRow.parse({ custom_id, input: { texts: typeof input === 'string' ? [input] : input } });
  }
  const request = checked(ChatRequest, body, 'body');
  refuseModel(request.model, endpoint);
  if (request.stream) throw refused('stream', 'there is nobody to stream to; leave it out.');
  const { messages, image, params } = chatCallOf(request);
  if (image) throw refused('messages', 'pictures are not taken in batches.');
  return BatchRow.parse({ custom_id, input: { messages }, params });
}

function refuseModel(model: string, endpoint: BatchEndpoint): void {
  const pipeline = PIPELINE_OF[endpoint];
  if (model !== pipeline && model !== `${pipeline}@1`)
    throw new IntermodalError(
      'pipeline.unknown',
      `The model '${model}' does not serve this; '${pipeline}' does.`,
    );
}

/** What came of a row, as a line of OpenAI's results; undefined where it belongs to the other side. */
export function lineOf(
  result: BatchResult,
  side: 'output' | 'error',
  endpoint: BatchEndpoint,
): object | undefined {
  const isGood = result.status === 'completed';
  if (isGood !== (side === 'output')) return undefined;
  if (result.status === 'queued' || result.status === 'running') return undefined;
  const id = `batch_req_${result.job?.slice('job_'.length) ?? result.line}`;
  const { custom_id, error } = result;
  if (!isGood || result.job === undefined)
    return {
      ...{ id, custom_id, response: null },
      error: { code: error?.code ?? 'job.cancelled', message: error?.message ?? 'It was cancelled.' },
    };
  const uuid = parseId('job', result.job)!;
  const job = { id: uuid, createdAt: new Date(createdOf(uuid) * 1_000), output: result.output ?? {} };
  const body = endpoint === '/v1/embeddings' ? embeddingsOf(job, 'float') : completionOf(job);
  return { id, custom_id, response: { status_code: 200, request_id: result.job, body }, error: null };
}
