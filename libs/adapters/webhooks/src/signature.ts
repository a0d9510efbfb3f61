import { createHmac } from 'node:crypto';

const PREFIX = 'whsec_';

/**
 * The header webhook-signature of Standard Webhooks 1.0 (https://www.standardwebhooks.com): HMAC-SHA256 over
 * `id.timestamp.body`, by the bytes that stand in base64 behind `whsec_`.
 * @param timestamp of this attempt, in seconds
 */
export function signatureOf(secret: string, id: string, timestamp: number, body: string): string {
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}
