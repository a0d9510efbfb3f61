import { execFileSync } from 'node:child_process';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { derivedSecrets } from './derived-secrets.ts';
import { signatureOf } from './signature.ts';

const ENDPOINT = '01900000-0000-7000-8000-000000000001';
const secrets = derivedSecrets('a-key-of-the-settings-0123456789');
const body = '{"type":"job.completed","text":"größer"}';

describe('signatureOf', () => {
  const secret = secrets.of(ENDPOINT);
  const timestamp = Math.floor(Date.now() / 1000);
  const headers = {
    'webhook-id': 'evt_1',
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatureOf(secret, 'evt_1', timestamp, body),
  };

  it('is what the standardwebhooks library makes and accepts', () => {
    expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
    expect(new Webhook(secret).sign('evt_1', new Date(timestamp * 1000), body)).toBe(
      headers['webhook-signature'],
    );
  });

  it('is that of the vector of the specification', () => {
    expect(
      signatureOf(
        'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
        'msg_p5jXN8AQM9LWM0D4loKWxJek',
        1_614_265_330,
        '{"test": 2432232314}',
      ),
    ).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  it('is what openssl computes', () => {
    const hexKey = Buffer.from(secret.slice(6), 'base64').toString('hex');
    const digest = execFileSync(
      'openssl',
      ['dgst', '-sha256', '-mac', 'HMAC', '-macopt', `hexkey:${hexKey}`, '-binary'],
      { input: `evt_1.${timestamp}.${body}` },
    );
    expect(headers['webhook-signature']).toBe(`v1,${digest.toString('base64')}`);
  });

  it('does not fit another body, id, time or secret', () => {
    const refuses = (secretUsed: string, text: string, change: Partial<typeof headers>) =>
      expect(() => new Webhook(secretUsed).verify(text, { ...headers, ...change })).toThrow();
    refuses(secret, `${body} `, {});
    refuses(secret, body, { 'webhook-id': 'evt_2' });
    refuses(secret, body, { 'webhook-timestamp': String(timestamp - 1) });
    refuses(secrets.of('01900000-0000-7000-8000-000000000002'), body, {});
  });
});

describe('derivedSecrets', () => {
  it('gives each endpoint its own, always the same, of 32 bytes', () => {
    expect(secrets.of(ENDPOINT)).toBe(derivedSecrets('a-key-of-the-settings-0123456789').of(ENDPOINT));
    expect(secrets.of(ENDPOINT)).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(derivedSecrets('another').of(ENDPOINT)).not.toBe(secrets.of(ENDPOINT));
    expect(derivedSecrets('another').keyId).not.toBe(secrets.keyId);
  });
});
