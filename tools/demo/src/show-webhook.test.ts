import { createHmac } from 'node:crypto';
import type { IntermodalClient } from '@intermodal/client';
import { describe, expect, it } from 'vitest';
import type { Show } from './show.ts';
import { showWebhook } from './show-webhook.ts';
import { openWebhookReceiver } from './webhook-receiver.ts';

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const body = JSON.stringify({ type: 'batch.completed', timestamp: new Date().toISOString(), data: { a: 1 } });

/** Sends a message of this signature to a receiver and lets it be shown. */
async function shown(signature: (signed: string) => string, sent = body) {
  const lines: string[] = [];
  await using receiver = await openWebhookReceiver();
  const timestamp = Math.floor(Date.now() / 1000);
  const headers = {
    'webhook-id': 'evt_1',
    'webhook-timestamp': String(timestamp),
    'webhook-signature': `v1,${signature(`evt_1.${timestamp}.${body}`)}`,
  };
  const answer = await fetch(receiver.url, { method: 'POST', headers, body: sent });
  expect(answer.status).toBe(204);
  const show = {
    client: {} as IntermodalClient,
    stop: new AbortController().signal,
    say: (...said: string[]) => lines.push(...said),
  } as unknown as Show;
  return { summary: await showWebhook(show, receiver, { batch: 'bat_1', secret }), text: lines.join('\n') };
}

/** Written out here, so that it is not checked by itself. */
const signed = (text: string): string =>
  createHmac('sha256', Buffer.alloc(32, 7)).update(text).digest('base64');

describe('showWebhook', () => {
  it('says valid of what was signed with the secret, and refuses it with a flipped bit', async () => {
    const { summary, text } = await shown(signed);
    expect(summary).toEqual({ id: 'evt_1', type: 'batch.completed', signature: 'valid' });
    expect(text).toContain('signature: valid');
    expect(text).toContain('flipped: refused');
  });

  it('says invalid of another signature', async () => {
    const { summary, text } = await shown((message) => signed(`${message} `));
    expect(summary).toMatchObject({ type: null, signature: 'invalid' });
    expect(text).toContain('signature: INVALID');
  });

  it('says invalid of another body', async () => {
    const { summary } = await shown(signed, body.replace('"a":1', '"a":2'));
    expect(summary.signature).toBe('invalid');
  });
});

describe('openWebhookReceiver', () => {
  it('gives up in time, and stops at once', async () => {
    await using receiver = await openWebhookReceiver();
    const { signal } = new AbortController();
    expect(await receiver.first(20, signal)).toBeUndefined();
    await expect(receiver.first(10_000, AbortSignal.abort(new Error('stop')))).rejects.toThrow('stop');
  });
});
