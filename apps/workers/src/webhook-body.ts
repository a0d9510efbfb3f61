import { showId, WEBHOOK_BODY_MAX_BYTES, type WebhookBody } from '@intermodal/contracts';
import type { WebhookEvent } from '@intermodal/pipeline';

/** The body of a message: ids and states of something final, so that it is the same for every attempt. */
export function webhookBody({ type, occurredAt, about }: WebhookEvent): string {
  const body: WebhookBody = { type, timestamp: occurredAt.toISOString(), data: dataOf(about) };
  const text = JSON.stringify(body);
  if (Buffer.byteLength(text) > WEBHOOK_BODY_MAX_BYTES)
    throw new Error(`A message of ${type} has ${Buffer.byteLength(text)} bytes.`);
  return text;
}

function dataOf(about: WebhookEvent['about']): Record<string, unknown> {
  if ('webhookId' in about) return { webhook: showId('webhook', about.webhookId) };
  const { pipeline, state: status } = about;
  if ('counts' in about)
    return { batch: showId('batch', about.batchId), pipeline, status, counts: about.counts };
  return {
    job: showId('job', about.jobId),
    ...(about.batchId !== null && { batch: showId('batch', about.batchId) }),
    pipeline,
    status,
    ...(about.errorCode !== null && { error: { code: about.errorCode } }),
  };
}
