import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { verifyWebhook, WebhookVerificationError } from './index.ts';

const secret = `whsec_${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`;
const nowMs = 1_790_000_000_000;
const body = '{"type":"job.completed","timestamp":"2026-11-23T12:00:00.000Z","data":{"job":"job_1"}}';
const sign = (text: string, at = nowMs) => {
  const timestamp = String(at / 1000);
  const digest = createHmac('sha256', Buffer.from(secret.slice(6), 'base64'))
    .update(`evt_1.${timestamp}.${text}`)
    .digest('base64');
  return { 'webhook-id': 'evt_1', 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${digest}` };
};

it('accepts what was signed with the secret, also beside another signature', async () => {
  const headers = sign(body);
  expect(await verifyWebhook(secret, headers, body, { nowMs })).toMatchObject({
    id: 'evt_1',
    type: 'job.completed',
    data: { job: 'job_1' },
  });
  const two = { ...headers, 'webhook-signature': `v1a,x v1,AAAA ${headers['webhook-signature']}` };
  await expect(verifyWebhook(secret, new Headers(two), body, { nowMs })).resolves.toBeDefined();
});

it.each([
  ['another body', sign(body), `${body} `],
  ['another id', { ...sign(body), 'webhook-id': 'evt_2' }, body],
  ['an old time', sign(body, nowMs - 301_000), body],
  ['a time to come', sign(body, nowMs + 301_000), body],
  ['no time', { ...sign(body), 'webhook-timestamp': 'now' }, body],
  ['no signature', { ...sign(body), 'webhook-signature': '' }, body],
  ['no base64', { ...sign(body), 'webhook-signature': 'v1,%%%' }, body],
])('refuses %s', async (_what, headers, text) => {
  await expect(verifyWebhook(secret, headers, text, { nowMs })).rejects.toBeInstanceOf(
    WebhookVerificationError,
  );
});
