import { verifyWebhook, WebhookVerificationError, type ReceivedWebhook } from '@intermodal/client';
import type { Show } from './show.ts';
import { hanging } from './text.ts';
import type { ReceivedMessage, WebhookReceiver } from './webhook-receiver.ts';

/** The batch has ended before this is asked: a first attempt takes no longer. */
const LONGEST_WAIT_MS = 10_000;

export interface WebhookSummary {
  readonly id: string | null;
  /** Null when there is none that can be trusted. */
  readonly type: string | null;
  readonly signature: 'valid' | 'invalid' | 'not received';
}

/** Shows the message that tells of a batch's end, and whether its signature fits. */
export async function showWebhook(
  { client, stop, say }: Show,
  receiver: WebhookReceiver,
  { batch, secret }: { readonly batch: string; readonly secret: string },
): Promise<WebhookSummary> {
  const message = await receiver.first(LONGEST_WAIT_MS, stop);
  if (!message) {
    const { messages } = await client.batches.deliveries(batch, { signal: stop });
    const last = messages.at(-1)?.deliveries.at(-1);
    say(
      `The webhook did not arrive within ${LONGEST_WAIT_MS / 1000} s: ${last?.error ?? 'nothing was sent yet'}`,
    );
    return { id: null, type: null, signature: 'not received' };
  }
  const checked = await check(secret, message);
  const said = checked ?? { id: String(message.headers['webhook-id'] ?? 'none'), type: null, data: null };
  const tampered = await check(secret, { ...message, body: flipped(message.body) });
  say(
    'The webhook that arrived',
    ...hanging('  id', said.id),
    ...hanging('  type', said.type ?? 'unknown'),
    ...hanging('  data', JSON.stringify(said.data, null, 1)),
    ...hanging('  headers', `webhook-signature ${String(message.headers['webhook-signature'])}`),
    ...hanging('  check', `signature: ${checked ? 'valid' : 'INVALID'}`),
    ...hanging('', `the same with one bit flipped: ${tampered ? 'ACCEPTED' : 'refused'}`),
  );
  return { id: said.id, type: said.type, signature: checked && !tampered ? 'valid' : 'invalid' };
}

/** Undefined when the signature does not fit. */
async function check(
  secret: string,
  { headers, body }: ReceivedMessage,
): Promise<ReceivedWebhook | undefined> {
  try {
    return await verifyWebhook(secret, headers, body);
  } catch (error) {
    if (error instanceof WebhookVerificationError) return undefined;
    throw error;
  }
}

/** One bit of its first letter is another. */
const flipped = (body: string): string => String.fromCharCode(body.charCodeAt(0) ^ 1) + body.slice(1);
