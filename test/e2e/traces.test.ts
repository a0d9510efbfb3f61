import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JobView } from '@intermodal/client';
import { LOG_FIELDS } from '@intermodal/contracts';
import { startOtlpReceiver, type OtlpReceiver, type ReceivedSpan } from '@intermodal/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { speak, startRunningStack, type RunningStack } from '../running-stack.ts';

const SENTENCES = ['The weather is very nice today.', 'How much does it cost?', 'I would like two tickets.'];
const CALLER = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };

let stack: RunningStack;
let receiver: OtlpReceiver;
let webhook: Awaited<ReturnType<typeof startWebhook>>;
let folder: string;
let artifact: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'intermodal-traces-'));
  receiver = await startOtlpReceiver();
  webhook = await startWebhook();
  stack = await startRunningStack({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url });
  ({ id: artifact } = await stack.client.artifacts.upload(speak(SENTENCES, join(folder, 'in.wav'))));
});
afterAll(async () => {
  await stack.stop();
  await webhook.close();
  await receiver[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

async function startWebhook() {
  const traceparents: string[] = [];
  const server = createServer((request, response) => {
    traceparents.push(String(request.headers.traceparent));
    request.resume().once('end', () => response.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    traceparents,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

async function submit(headers: Record<string, string> = {}, metadata: object = {}): Promise<string> {
  const answer = await fetch(`${stack.url}/v1/jobs`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stack.key}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify({
      pipeline: 'speech-to-speech',
      input: { audio: { artifact } },
      webhook: { url: webhook.url },
      metadata,
    }),
  });
  expect(answer.status).toBe(202);
  return ((await answer.json()) as { id: string }).id;
}

const ofJob = (name: string, jobId: string): ReceivedSpan[] =>
  receiver.spans.filter(
    (span) => span.name.startsWith(name) && span.attributes['intermodal.job.id'] === jobId,
  );

/** Every span of the job's trace, once the delivery and so many attempts have come: each process sends by itself. */
async function traceOf(jobId: string, attempts = 0): Promise<ReceivedSpan[]> {
  const patience = { timeout: 20_000 };
  await expect.poll(() => ofJob('webhook delivery', jobId), patience).toHaveLength(1);
  await expect.poll(() => ofJob('task ', jobId).length, patience).toBeGreaterThanOrEqual(attempts);
  const [{ traceId }] = ofJob('submit job', jobId) as [ReceivedSpan];
  return receiver.spans.filter((span) => span.traceId === traceId);
}

/** Tasks that ran somewhere: nobody runs an each. */
const ran = ({ tasks }: JobView) => tasks!.filter(({ attempt }) => attempt > 0);

test('one trace: the request, every task on its worker, what each asked of engines, and the delivery', async () => {
  const before = webhook.traceparents.length;
  // Their flag says that it is kept by nobody.
  const id = await submit({ traceparent: `00-${CALLER.traceId}-${CALLER.spanId}-00` });
  const job = await stack.client.jobs.wait(id, { pollMs: 50 });
  expect(job.status).toBe('completed');
  const spans = await traceOf(id, ran(job).length);
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const parentOf = ({ parentSpanId }: ReceivedSpan) => byId.get(parentSpanId ?? '');

  const [request] = spans.filter(({ name }) => name === 'POST /v1/jobs');
  expect(request).toMatchObject({ ...CALLER, spanId: request!.spanId, parentSpanId: CALLER.spanId });
  const [submitted] = ofJob('submit job', id);
  expect(parentOf(submitted!)).toBe(request);

  const tasks = ofJob('task ', id);
  expect(tasks.map(({ attributes }) => attributes['intermodal.node']).sort()).toEqual(
    ran(job)
      .map(({ path }) => path)
      .sort(),
  );
  for (const task of tasks) {
    expect(parentOf(task)).toBe(submitted);
    expect(task.attributes).toMatchObject({ 'intermodal.attempt': 1, 'intermodal.outcome': 'completed' });
    const inside = spans.filter(({ parentSpanId }) => parentSpanId === task.spanId).map(({ name }) => name);
    expect(inside).toEqual(expect.arrayContaining(['files in', 'run', 'files out', 'settle']));
  }
  const pools = new Set(tasks.map(({ resource }) => resource['intermodal.pool']));
  expect([...pools].sort()).toEqual(['media', 'speech', 'text']);
  const heard = spans.filter(({ name }) => name === 'SpeechRecogniser.transcribe');
  expect(heard).toHaveLength(SENTENCES.length);
  for (const call of heard) {
    expect(call.attributes['intermodal.engine']).toEqual(expect.any(String));
    expect(parentOf(parentOf(call)!)!.name).toBe('task speech.transcribe@1');
  }

  const [delivery] = ofJob('webhook delivery', id);
  expect(parentOf(delivery!)).toBe(submitted);
  expect(delivery!.attributes).toMatchObject({ 'intermodal.outcome': 'delivered', 'intermodal.attempt': 1 });
  expect(webhook.traceparents.slice(before)).toEqual([`00-${CALLER.traceId}-${delivery!.spanId}-01`]);

  // Nothing within hangs in the air, and nothing begins before what caused it.
  for (const span of spans.filter((one) => one !== request)) {
    expect(parentOf(span)).toBeDefined();
    expect(span.startMs).toBeGreaterThanOrEqual(parentOf(span)!.startMs - 2);
  }
});

test('a worker killed in the middle: the second attempt is in the same trace', async () => {
  const id = await submit();
  const running = Promise.withResolvers<void>();
  const ended = stack.client.jobs.wait(id, {
    pollMs: 20,
    onChange: ({ tasks }) => {
      if (tasks?.some(({ path, status }) => path.endsWith('.heard') && status === 'running'))
        running.resolve();
    },
  });
  await running.promise;
  process.kill((await stack.processes())['worker-speech']!, 'SIGKILL');
  const job = await ended;
  expect(job.status).toBe('completed');
  const again = job.tasks!.filter(({ attempt }) => attempt > 1);
  expect(again.length).toBeGreaterThan(0);
  await traceOf(id);
  const attempts = () =>
    ofJob('task ', id).map(
      ({ attributes }) => `${attributes['intermodal.node']} ${attributes['intermodal.attempt']}`,
    );
  await expect
    .poll(attempts, { timeout: 20_000 })
    .toEqual(expect.arrayContaining(again.map(({ path, attempt }) => `${path} ${attempt}`)));
  const tasks = ofJob('task ', id);
  expect(new Set(tasks.map(({ traceId }) => traceId)).size).toBe(1);
  const settled = tasks
    .filter(({ attributes }) => attributes['intermodal.outcome'] === 'completed')
    .map(({ attributes }) => `${attributes['intermodal.node']} ${attributes['intermodal.attempt']}`);
  const committed = ran(job).map(({ path, attempt }) => `${path} ${attempt}`);
  // What a process had not sent when it was killed is lost, and only that.
  expect(committed).toEqual(expect.arrayContaining(settled));
  expect(settled.length).toBeGreaterThan(committed.length / 2);
});

test('no word of a user, no file, no key leaves with a span', async () => {
  const id = await submit({}, { note: 'a private remark' });
  await stack.client.jobs.wait(id, { pollMs: 50 });
  await traceOf(id);
  const sent = receiver.bodies.join('\n').toLowerCase();
  const theirs = ['weather', 'tickets', 'private remark', 'in.wav', stack.key, webhook.url];
  for (const secret of [...theirs, stack.folder]) expect(sent).not.toContain(secret.toLowerCase());

  // Nor does it stand in a log, and every line there has the fields of the reference.
  const logs = readdirSync(join(stack.folder, 'logs')).filter((name) => /^(api|worker-)/.test(name));
  const processes = Object.keys(await stack.processes()).filter((name) => /^(api|worker-)/.test(name));
  expect(logs.sort()).toEqual(processes.map((name) => `${name}.log`).sort());
  for (const name of logs) {
    const text = readFileSync(join(stack.folder, 'logs', name), 'utf8');
    for (const secret of theirs) expect(text.toLowerCase()).not.toContain(secret.toLowerCase());
    const lines = text.split('\n').filter((line) => line.startsWith('{'));
    expect(lines.length).toBeGreaterThan(0);
    const fields = lines.flatMap((line) => Object.keys(JSON.parse(line) as object));
    expect(fields.filter((field) => !Object.hasOwn(LOG_FIELDS, field))).toEqual([]);
  }
  const api = readFileSync(join(stack.folder, 'logs', 'api.log'), 'utf8');
  expect(api).toContain(ofJob('submit job', id)[0]!.traceId);
});
