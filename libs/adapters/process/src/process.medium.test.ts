import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { watchLoop } from './watch-loop.ts';

async function started(): Promise<{ child: ChildProcess; port: number; output: () => string }> {
  const file = fileURLToPath(new URL('./blocking.testing.ts', import.meta.url));
  const child = spawn(process.execPath, [file], { stdio: ['pipe', 'pipe', 'inherit', 'ipc'] });
  let output = '';
  child.stdout!.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return { child, port, output: () => output };
}

test('a blocked event loop is told by /livez and in the log, for as long as it is blocked', async () => {
  const { child, port, output } = await started();
  const livez = async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/livez`);
    return { status: answer.status, body: await answer.text() };
  };
  const patience = { timeout: 20_000 };
  expect(await livez()).toEqual({ status: 200, body: '{"status":"alive"}' });
  child.send('block');
  await expect.poll(livez, patience).toMatchObject({
    status: 503,
    body: expect.stringMatching(/The event loop has been blocked for \d+\.\d s; 0\.2 s are allowed\./),
  });
  await expect.poll(output, patience).toContain('The event loop has been blocked for');
  child.stdin!.write('.');
  await expect.poll(livez, patience).toMatchObject({ status: 200 });
  await expect.poll(output, patience).toContain('the event loop goes on');
  expect((await fetch(`http://127.0.0.1:${port}/other`)).status).toBe(404);
  child.kill('SIGKILL');
  await once(child, 'exit');
});

test('other questions are answered by the process itself: by nobody while its loop is blocked, and late is 503', async () => {
  const { child, port } = await started();
  const get = async (path: string) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`);
    return { status: answer.status, body: await answer.text() };
  };
  expect(await get('/asked/what?x=1')).toEqual({ status: 200, body: '{"asked":"what"}' });
  expect(await get('/none')).toEqual({ status: 404, body: '' });
  expect(await get('/never')).toMatchObject({
    status: 503,
    body: expect.stringContaining('no answer in 300 ms'),
  });
  expect((await fetch(`http://127.0.0.1:${port}/asked/what`, { method: 'POST' })).status).toBe(404);
  child.send('block');
  await expect.poll(() => get('/asked/what'), { timeout: 20_000 }).toMatchObject({ status: 503 });
  child.stdin!.write('.');
  await expect.poll(() => get('/asked/what'), { timeout: 20_000 }).toMatchObject({ status: 200 });
  child.kill('SIGKILL');
  await once(child, 'exit');
});

test('a status port that somebody else has is told by its setting, with the cure', async () => {
  const other = createServer();
  other.listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const opening = watchLoop({
    ...{ writer: { service: 'intermodal-workers' }, logLevel: 'silent', blockedMs: 1_000 },
    address: { host: '127.0.0.1', port },
  });
  await expect(opening).rejects.toThrow(
    new RegExp(`INTERMODAL_HEALTH_PORT is ${port} on 127\\.0\\.0\\.1.*EADDRINUSE.*0 takes any that is free`),
  );
  other.close();
});

test('a signal asks to end in order, another one changes nothing, the same once more ends at once', async () => {
  const { child } = await started();
  const stopping = once(child, 'message');
  child.kill('SIGINT');
  expect((await stopping)[0]).toEqual({ stopping: true });
  child.kill('SIGTERM');
  child.kill('SIGINT');
  expect(await once(child, 'exit')).toEqual([1, null]);
});
