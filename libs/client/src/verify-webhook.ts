import { WebhookBody } from '@intermodal/contracts';

/** The message is not what its signature says, or too old. */
export class WebhookVerificationError extends Error {
  override readonly name = 'WebhookVerificationError';
}

export interface ReceivedWebhook extends WebhookBody {
  /** The same for every attempt to send it: what was handled under this id need not be handled again. */
  readonly id: string;
}

/**
 * Checks a message as Standard Webhooks 1.0 has it, with WebCrypto alone.
 * @param secret `whsec_…`, as it was answered to the submission
 * @param body exactly the bytes that arrived, as text
 * @throws WebhookVerificationError
 */
export async function verifyWebhook(
  secret: string,
  headers: Readonly<Record<string, string | string[] | undefined>> | Headers,
  body: string,
  options: { readonly toleranceSeconds?: number; readonly nowMs?: number } = {},
): Promise<ReceivedWebhook> {
  const header = (name: string): string => {
    const value = headers instanceof Headers ? headers.get(name) : headers[name];
    if (typeof value === 'string' && value !== '') return value;
    throw new WebhookVerificationError(`The header ${name} is missing.`);
  };
  const id = header('webhook-id');
  const timestamp = header('webhook-timestamp');
  const apart = Math.abs((options.nowMs ?? Date.now()) / 1000 - Number(timestamp));
  if (!(apart <= (options.toleranceSeconds ?? 300)))
    throw new WebhookVerificationError(`The time ${timestamp} is too far from now.`);
  const key = await crypto.subtle.importKey(
    'raw',
    bytesOf(secret.replace(/^whsec_/, '')),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['verify'],
  );
  const signed = new TextEncoder().encode(`${id}.${timestamp}.${body}`);
  for (const signature of header('webhook-signature').split(' ')) {
    // Several: during a rotation each secret signs. `verify` takes the same time wherever they differ.
    if (!signature.startsWith('v1,')) continue;
    if (await crypto.subtle.verify('HMAC', key, bytesOf(signature.slice(3)), signed))
      return { id, ...WebhookBody.parse(JSON.parse(body)) };
  }
  throw new WebhookVerificationError('No signature fits: the secret is another, or the body was changed.');
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    throw new WebhookVerificationError('The secret or a signature is not base64.');
  }
}
