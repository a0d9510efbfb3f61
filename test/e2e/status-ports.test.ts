import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRunningStack, type RunningStack } from '../running-stack.ts';

let stack: RunningStack;
beforeAll(async () => {
  stack = await startRunningStack();
});
afterAll(() => stack?.stop());

const get = async (port: number, path: string) => {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`);
  return { status: answer.status, body: await answer.text() };
};

test('every process of a stack has a status port of its own, and is ready', async () => {
  const ports = await stack.statusPorts();
  expect(Object.keys(ports)).toContain('api');
  expect(Object.keys(ports)).toContain('worker-text');
  expect(new Set(Object.values(ports)).size).toBe(Object.keys(ports).length);
  for (const port of Object.values(ports)) {
    expect(await get(port, '/livez')).toEqual({ status: 200, body: '{"status":"alive"}' });
    const { status, body } = await get(port, '/readyz');
    expect([status, JSON.parse(body)]).toMatchObject([200, { status: 'ready' }]);
  }
});

test('without Redis a worker is degraded, and ready: what it holds goes on', async () => {
  const { 'worker-text': port } = await stack.statusPorts();
  const { redis } = await stack.processes();
  process.kill(redis!, 'SIGSTOP');
  try {
    const { status, body } = await get(port!, '/readyz');
    expect([status, JSON.parse(body)]).toMatchObject([
      200,
      { status: 'degraded', checks: { records: { ok: true }, queue: { ok: false } } },
    ]);
  } finally {
    process.kill(redis!, 'SIGCONT');
  }
  await expect
    .poll(async () => JSON.parse((await get(port!, '/readyz')).body) as object, { timeout: 20_000 })
    .toMatchObject({ status: 'ready' });
});
