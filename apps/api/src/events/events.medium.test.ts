import { once } from 'node:events';
import { connect } from 'node:net';
import { newUuid, showId, type ErrorCode, type JobEvent } from '@intermodal/contracts';
import { compile, type Plan } from '@intermodal/pipeline';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { KEY, LOCAL_TENANT, OTHER_TENANT, startApi, type RunningApi } from '../api.testing.ts';
import { readEventStream, type Received } from './read-event-stream.testing.ts';

let api: RunningApi;
let other: Awaited<ReturnType<RunningApi['beside']>>;
let steps: Plan;
const worker = newUuid();
const watching = new Set<AbortController>();

beforeAll(async () => {
  api = await startApi({ limits: { streamsMax: 3 } });
  other = await api.beside();
  const listen = (after: string | null) => ({
    stage: 'test.listen@1',
    in: { audio: '$input.audio', ...(after && { hint: `$${after}.text` }) },
  });
  steps = compile(
    {
      ...{ name: 'steps', version: 1, input: { audio: { media: 'audio/*' } } },
      nodes: { one: listen(null), two: listen('one'), three: listen('two') },
      output: { text: '$three.text' },
    },
    api.catalogue,
  );
});
afterEach(() => {
  for (const one of watching) one.abort();
  watching.clear();
});
afterAll(async () => {
  await other.close();
  await api[Symbol.asyncDispose]();
});

const audio = { id: showId('artifact', newUuid()), mediaType: 'audio/wav', bytes: 1, sha256: 'a'.repeat(64) };
async function submit(plan = steps): Promise<string> {
  const job = { id: newUuid(), tenantId: LOCAL_TENANT, plan, params: {}, metadata: {} };
  return (await api.records.jobs.submit({ ...job, input: { audio } })).jobId;
}

/** Takes what is ready of a job, as a worker does. */
async function claim(jobId: string) {
  const ready = (await api.records.jobs.tasks(jobId, 100)).filter(({ state }) => state === 'ready');
  const { tasks } = await api.records.tasks.claim(
    ready.map(({ id }) => id),
    worker,
  );
  return tasks;
}
async function complete(jobId: string): Promise<void> {
  for (const { id: taskId, token, path } of await claim(jobId)) {
    const output = { text: path, lines: [] };
    const settled = await api.records.tasks.settle([
      { taskId, token, outcome: 'completed', output, artifacts: [], engine: 'toy' },
    ]);
    await api.queue.announce(settled.changedJobs);
  }
}

function watch(jobId: string, { url = api.url, after = '' } = {}) {
  const stop = new AbortController();
  watching.add(stop);
  const received: Received[] = [];
  const opened = Promise.withResolvers<void>();
  const ended = readEventStream(`${url}/v1/jobs/${showId('job', jobId)}/events`, {
    ...{ key: KEY, after, signal: stop.signal, onOpen: opened.resolve },
    onEvent: (event) => void received.push(event),
  });
  const told = () => received.map(({ event }) => nameOf(event));
  return { received, told, opened: opened.promise, ended, stop: () => stop.abort() };
}
const nameOf = (event: JobEvent): string =>
  'path' in event && event.type !== 'task.partial' && event.type !== 'task.progress'
    ? `${event.type} ${event.path}`
    : event.type;

describe('the stream of a job', () => {
  it('tells what happened, what happens, and ends', async () => {
    const jobId = await submit();
    await complete(jobId);
    const { received, told, ended } = watch(jobId);
    await vi.waitFor(() => expect(told()).toEqual(['job.running', 'task.completed one']));
    await complete(jobId);
    await vi.waitFor(() => expect(told()).toContain('task.completed two'));
    await complete(jobId);
    expect(await ended).toBe(200);
    expect(told()).toEqual([
      'job.running',
      ...['one', 'two', 'three'].map((path) => `task.completed ${path}`),
      'job.completed',
    ]);
    expect(received[1]!.event).toMatchObject({ stage: 'test.listen@1', attempt: 1, engine: 'toy' });
    expect(new Set(received.map(({ id }) => id)).size).toBe(received.length);
    // Nothing more comes after the end, and that is said in the way that browsers understand.
    expect(await watch(jobId, { after: received.at(-1)!.id }).ended).toBe(204);
  });

  it('goes on at another process after any event, without a gap and without a double', async () => {
    const jobId = await submit();
    await complete(jobId);
    await complete(jobId);
    await complete(jobId);
    const whole = watch(jobId);
    await whole.ended;
    for (const [i, { id }] of whole.received.slice(0, -1).entries()) {
      const rest = watch(jobId, { url: other.url, after: id });
      await rest.ended;
      expect(rest.received).toEqual(whole.received.slice(i + 1));
    }
  });

  it('tells each state of a task once, also to who comes again while it changes', async () => {
    const jobId = await submit();
    const told: string[] = [];
    let after = '';
    const listen = async (until: string): Promise<void> => {
      const one = watch(jobId, { url: told.length % 2 === 0 ? api.url : other.url, after });
      await vi.waitFor(() => expect(one.told()).toContain(until));
      one.stop();
      told.push(...one.told());
      after = one.received.at(-1)!.id;
    };
    const [first] = await claim(jobId);
    await listen('task.started one');
    // A beat changes the row, and nothing that is told.
    const lease = { taskId: first!.id, token: first!.token, progress: 0.5 };
    const info = { id: worker, pool: 'speech', stages: ['test.listen@1'], slots: 1, engines: {} };
    await api.records.tasks.heartbeat(info, [lease]);
    const base = { taskId: first!.id, token: first!.token, engine: 'toy' };
    const error = { code: 'engine.unreachable' as ErrorCode, message: 'It is away.' };
    await api.records.tasks.settle([{ ...base, outcome: 'failed', error, retry: true, outage: false }]);
    await listen('task.retrying one');
    await api.records.jobs.cancel(LOCAL_TENANT, jobId);
    const rest = watch(jobId, { url: other.url, after });
    await rest.ended;
    told.push(...rest.told());
    expect(told).toEqual([
      ...['job.running', 'task.started one', 'task.retrying one'],
      ...['one', 'two', 'three'].map((path) => `task.cancelled ${path}`),
      'job.cancelled',
    ]);
  });

  it('passes on what tasks tell while they run, before they end', async () => {
    const jobId = await submit();
    const { received, told, ended } = watch(jobId, { url: other.url });
    await claim(jobId).then(async ([task]) => {
      const from = { v: 1, path: 'one', attempt: 1 } as const;
      await api.queue.tell([{ jobId, message: { ...from, index: 0, partial: { text: 'good' } } }]);
      await vi.waitFor(() => expect(told()).toContain('task.partial'));
      await api.queue.tell([
        { jobId, message: { ...from, progress: 0.5 } },
        { jobId, message: { ...from, index: 1, partial: { text: ' day' } } },
      ]);
      const { id: taskId, token } = task!;
      const settled = await api.records.tasks.settle([
        { taskId, token, outcome: 'completed', output: { text: 'good day', lines: [] }, artifacts: [] },
      ]);
      await api.queue.announce(settled.changedJobs);
    });
    await vi.waitFor(() => expect(told()).toContain('task.completed one'));
    const texts = received.flatMap(({ event }) =>
      event.type === 'task.partial' ? [event.value['text']] : [],
    );
    expect(texts).toEqual(['good', ' day']);
    expect(told().indexOf('task.completed one')).toBeGreaterThan(told().lastIndexOf('task.partial'));
    // Who comes again is not told what they heard.
    const at = received.findIndex(({ event }) => event.type === 'task.partial');
    const again = watch(jobId, { after: received[at]!.id });
    await vi.waitFor(() => expect(again.told()).toContain('task.completed one'));
    expect(again.told().filter((one) => one === 'task.partial')).toHaveLength(1);
    await api.records.jobs.cancel(LOCAL_TENANT, jobId);
    await Promise.all([ended, again.ended]);
  });

  it('does without the transport: only what tasks told is lost', async () => {
    const deaf = await startApi({ redisUrl: 'redis://127.0.0.1:1' });
    const job = { id: newUuid(), tenantId: LOCAL_TENANT, plan: steps, params: {}, metadata: {} };
    const { jobId } = await deaf.records.jobs.submit({ ...job, input: { audio } });
    const { told, ended } = watch(jobId, { url: deaf.url });
    await deaf.records.jobs.cancel(LOCAL_TENANT, jobId);
    expect(await ended).toBe(200);
    expect(told().at(-1)).toBe('job.cancelled');
    await deaf[Symbol.asyncDispose]();
  });

  it('comes to an end when its API drains, and is gone on with elsewhere', async () => {
    const draining = await api.beside();
    const jobId = await submit();
    const first = watch(jobId, { url: draining.url });
    await complete(jobId);
    await vi.waitFor(() => expect(first.told()).toContain('task.completed one'));
    await draining.close();
    expect(await first.ended).toBe(200);
    await complete(jobId);
    await complete(jobId);
    const rest = watch(jobId, { after: first.received.at(-1)!.id });
    await rest.ended;
    expect([...first.told(), ...rest.told()].filter((one) => !one.startsWith('task.started'))).toEqual([
      'job.running',
      ...['one', 'two', 'three'].map((path) => `task.completed ${path}`),
      'job.completed',
    ]);
  });

  it('does not pile up what its reader does not read, and cuts them off; they can come again', async () => {
    const strict = await startApi({ limits: { streamsMax: 1, streamStallMs: 300 } });
    const job = { id: newUuid(), tenantId: LOCAL_TENANT, plan: steps, params: {}, metadata: {} };
    const { jobId } = await strict.records.jobs.submit({ ...job, input: { audio } });
    // More than the buffers between two sockets hold.
    const text = 'x'.repeat(60_000);
    for (let index = 0; index < 400; index += 50)
      await strict.queue.tell(
        Array.from({ length: 50 }, (_, i) => ({
          ...{
            jobId,
            message: { v: 1, path: 'one', attempt: 1, index: index + i, partial: { text } } as const,
          },
        })),
      );
    const { hostname, port } = new URL(strict.url);
    const reader = connect(Number(port), hostname);
    reader.write(
      `GET /v1/jobs/${showId('job', jobId)}/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${KEY}\r\n\r\n`,
    );
    await once(reader, 'readable');
    reader.pause();
    // Nobody else has a place meanwhile.
    expect((await strict.ask(`/v1/jobs/${showId('job', jobId)}/events`)).status).toBe(429);
    const next = await vi.waitFor(
      async () => {
        const one = watch(jobId, { url: strict.url });
        await Promise.race([one.opened, one.ended.then((status) => expect(status).toBe(200))]);
        return one;
      },
      { timeout: 10_000, interval: 100 },
    );
    await strict.records.jobs.cancel(LOCAL_TENANT, jobId);
    await next.ended;
    expect(next.told().at(-1)).toBe('job.cancelled');
    reader.destroy();
    await strict[Symbol.asyncDispose]();
  });

  it('is refused where it is not theirs, with a cursor that is none, and beyond the limit', async () => {
    const foreign = { id: newUuid(), tenantId: OTHER_TENANT, plan: steps, params: {}, metadata: {} };
    await api.records.jobs.submit({ ...foreign, input: { audio } });
    const path = `/v1/jobs/${showId('job', foreign.id)}/events`;
    expect(await (await api.ask(path)).json()).toMatchObject({ status: 404, code: 'job.not_found' });
    const jobId = await submit();
    const mine = `/v1/jobs/${showId('job', jobId)}/events`;
    for (const bad of [
      'x',
      'r;1',
      'r;2:1:;;;',
      'r;1:5:9;;;',
      "r;1:1:';;;",
      'r;;1:1:;x;',
      'q;;;;1-a',
      'z;;;;',
    ]) {
      const answer = await api.ask(mine, { headers: { 'last-event-id': bad } });
      expect([bad, await answer.json()]).toMatchObject([bad, { status: 400, code: 'request.invalid' }]);
    }
    const open = [watch(jobId), watch(jobId), watch(jobId)];
    await Promise.all(open.map(({ opened }) => opened));
    expect((await api.ask(`${mine}?lastEventId=e;;;;`)).status).toBe(204);
    const refused = await api.ask(mine);
    expect(refused.status).toBe(429);
    expect(await refused.json()).toMatchObject({ code: 'quota.streams' });
    // Where one has ended there is room for another.
    open[0]!.stop();
    await open[0]!.ended;
    await vi.waitFor(async () => {
      const more = watch(jobId);
      await Promise.race([more.opened, more.ended.then((status) => expect(status).toBe(200))]);
    });
    await api.records.jobs.cancel(LOCAL_TENANT, jobId);
    await Promise.all(open.slice(1).map(({ ended }) => ended));
  });
});

describe('the stream of a batch', () => {
  it('tells how far it is, and ends', async () => {
    const batchId = newUuid();
    const jobIds = [newUuid(), newUuid()];
    await api.records.batches.submit({
      ...{ id: batchId, tenantId: LOCAL_TENANT, plan: steps, metadata: {} },
      rows: jobIds.map((jobId, i) => ({
        ...{ line: i + 1, customId: `row ${i}`, jobId, input: { audio }, params: {}, metadata: {} },
      })),
    });
    const received: { id: string; event: { type: string; percent: number } }[] = [];
    const url = `${api.url}/v1/batches/${showId('batch', batchId)}/events`;
    const ended = readEventStream(url, {
      key: KEY,
      onEvent: (event) => void received.push(event as never),
    });
    await vi.waitFor(() => expect(received).toHaveLength(1));
    await api.records.jobs.cancel(LOCAL_TENANT, jobIds[0]!);
    await vi.waitFor(() => expect(received.at(-1)!.event).toMatchObject({ percent: 50 }), { timeout: 5_000 });
    await api.records.jobs.cancel(LOCAL_TENANT, jobIds[1]!);
    expect(await ended).toBe(200);
    expect(received.map(({ event }) => event.type)).toEqual([
      ...['batch.progress', 'batch.progress', 'batch.completed'],
    ]);
    const after = received[1]!.id;
    const rest: unknown[] = [];
    await readEventStream(url, { key: KEY, after, onEvent: (event) => void rest.push(event) });
    expect(rest).toEqual(received.slice(2));
    expect(await readEventStream(url, { key: KEY, after: received[2]!.id })).toBe(204);
  });
});
