import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

const OLDEST_SECONDS = 300;

/**
 * Standard Webhooks 1.0, written from the specification with node:crypto alone: what the libraries say is held to it.
 * @throws when the message is not what its sender signed, or too old
 */
export function verifyByHand(secret: string, headers: IncomingHttpHeaders, body: string): void {
  const [id, timestamp, signatures] = ['id', 'timestamp', 'signature'].map((name) =>
    String(headers[`webhook-${name}`]),
  ) as [string, string, string];
  if (!/^\d+$/.test(timestamp) || Math.abs(Date.now() / 1000 - Number(timestamp)) > OLDEST_SECONDS)
    throw new Error('too old');
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const wanted = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest();
  const fits = signatures.split(' ').some((signature) => {
    const given = Buffer.from(signature.replace(/^v1,/, ''), 'base64');
    return signature.startsWith('v1,') && given.length === wanted.length && timingSafeEqual(given, wanted);
  });
  if (!fits) throw new Error('no signature fits');
}
