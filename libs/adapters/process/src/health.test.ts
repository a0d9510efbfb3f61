import { expect, test } from 'vitest';
import { Readiness } from './health.ts';

const fine = { check: () => Promise.resolve() };
const away = { check: () => Promise.reject(new Error('at 10.0.0.1')) };

test('is not ready while it starts and while it drains, without asking anybody', async () => {
  const readiness = new Readiness();
  expect(await readiness.answer()).toMatchObject({ status: 503, body: '{"status":"starting"}' });
  let asked = 0;
  const count = { check: async () => void asked++ };
  readiness.begin({ records: count, queue: count, store: count });
  expect(await readiness.answer()).toMatchObject({ status: 200 });
  expect(asked).toBe(3);
  readiness.drain();
  expect(await readiness.answer()).toMatchObject({ status: 503, body: '{"status":"draining"}' });
  expect(asked).toBe(3);
});

test('needs the records; without the queue or the store it is degraded, and ready', async () => {
  const readiness = new Readiness();
  readiness.begin({ records: away, queue: fine, store: fine });
  const answer = await readiness.answer();
  expect(answer.status).toBe(503);
  expect(answer.body).not.toContain('10.0.0.1');
  readiness.begin({ records: fine, queue: away, store: fine });
  expect(await readiness.answer()).toMatchObject({
    status: 200,
    body: expect.stringContaining('"degraded"') as string,
  });
});
