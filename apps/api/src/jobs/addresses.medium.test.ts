import { newUuid, parseId } from '@intermodal/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApi, type RunningApi } from '../api.testing.ts';

let api: RunningApi;
beforeAll(async () => {
  api = await startApi({ mode: 'cluster', fetches: true });
});
afterAll(() => api[Symbol.asyncDispose]());

const post = async (path: string, body: unknown) => {
  const response = await api.ask(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, json: (await response.json()) as Record<string, any> };
};
const submit = (audio: unknown) => post('/v1/jobs', { pipeline: 'listen', input: { audio } });
const URL = 'https://media.example/talk.wav?token=abc';
const tasksOf = async (id: string) =>
  ((await (await api.ask(`/v1/jobs/${id}?tasks=true`)).json()) as { tasks: any[] }).tasks;

/** As a worker would make it. */
async function fetched(jobId: string) {
  const file = { id: `art_${'0'.repeat(26)}`, mediaType: 'audio/wav', bytes: 1, sha256: 'a'.repeat(64) };
  await api.finish(parseId('job', jobId)!, { file });
}

describe('an address in place of a file', () => {
  test('becomes a task in front, and its file the input of what follows', async () => {
    const { status, json } = await submit({ url: URL });
    expect(status).toBe(202);
    expect(json).toMatchObject({ pipeline: 'listen@2', input: { audio: { url: URL } } });
    expect(await tasksOf(json.id as string)).toMatchObject([
      { path: 'fetch-audio', stage: 'media.fetch@1', status: 'queued' },
      { path: 'heard', stage: 'test.listen@1', status: 'queued' },
    ]);
    const uuid = parseId('job', json.id as string)!;
    const [first] = await api.records.jobs.tasks(uuid, 10);
    const {
      tasks: [claimed],
    } = await api.records.tasks.claim([first!.id], newUuid());
    expect(claimed).toMatchObject({
      input: { url: URL },
      params: { accept: 'audio/*', called: 'input.audio' },
    });
    const { id: taskId, token } = claimed!;
    const file = { id: `art_${'0'.repeat(26)}`, mediaType: 'audio/wav', bytes: 1, sha256: 'a'.repeat(64) };
    await api.records.tasks.settle([
      { ...{ taskId, token, outcome: 'completed', artifacts: [] }, output: { file } },
    ]);
    const [, second] = await api.records.jobs.tasks(uuid, 10);
    const { tasks } = await api.records.tasks.claim([second!.id], newUuid());
    expect(tasks).toMatchObject([{ input: { audio: file } }]);
  });

  test('is one request with one idempotency key', async () => {
    const ask = (url: string) =>
      api.ask('/v1/jobs', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': 'by-url' },
        body: JSON.stringify({ pipeline: 'listen', input: { audio: { url } } }),
      });
    const [one, two] = [await ask(URL), await ask(URL)];
    expect(((await one.json()) as any).id).toBe(((await two.json()) as any).id);
    expect((await ask('https://media.example/other.wav')).status).toBe(422);
  });

  test.each([
    [
      'http://10.0.0.1/a.wav',
      'url.refused',
      'input.audio.url: the address names 10.0.0.1, which is not a public address.',
    ],
    ['http://127.0.0.1/a.wav', 'url.refused', /not a public address/],
    ['https://media.example:22/a.wav', 'url.refused', /port 22/],
    ['ftp://media.example/a.wav', 'url.refused', /must begin with https/],
    ['https://user:pw@media.example/a.wav', 'url.refused', /user name/],
    ['talk.wav', 'input.invalid', /is no URL/],
    [`https://media.example/${'a'.repeat(2_000)}`, 'input.invalid', /2000 characters/],
  ])('%s is refused with %s', async (url, code, detail) => {
    const { status, json } = await submit({ url });
    expect({ status, code: json.code as string }).toEqual({ status: 422, code });
    expect(json.detail).toMatch(detail);
  });

  test('may stand in some rows of a batch, beside files and wrong ones; what failed is retried as it was', async () => {
    const upload = await api.ask('/v1/artifacts', {
      method: 'POST',
      headers: { 'content-type': 'audio/wav' },
      body: 'RIFF',
    });
    const artifact = ((await upload.json()) as { id: string }).id;
    const row = (custom_id: string, audio: unknown) => ({ custom_id, input: { audio } });
    const { json: batch } = await post('/v1/batches', {
      pipeline: 'listen',
      rows: [
        row('a', { url: URL }),
        row('b', { artifact }),
        row('c', { url: 'http://10.0.0.1/' }),
        row('d', { url: URL }),
      ],
    });
    expect(batch).toMatchObject({
      counts: { total: 4, queued: 3, invalid: 1 },
      errors: [{ customId: 'c', code: 'url.refused' }],
    });
    const jobs = (await results(batch.id as string)).filter(({ job }) => job);
    const paths = await Promise.all(
      jobs.map(async ({ job }) => (await tasksOf(job as string)).map(({ path }) => path as string)),
    );
    expect(paths).toEqual([['fetch-audio', 'heard'], ['heard'], ['fetch-audio', 'heard']]);
    await fetched(jobs[0]!.job as string);
    await post(`/v1/batches/${batch.id}/cancel`, {});
    const { json: again } = await post(`/v1/batches/${batch.id}/retry`, {});
    const retried = (await results(again.id as string)).filter(({ job }) => job);
    const tasks = await Promise.all(retried.map(({ job }) => tasksOf(job as string)));
    expect(tasks.map((all) => all.map(({ path, status }) => `${path} ${status}`))).toEqual([
      ['fetch-audio completed', 'heard queued'],
      ['heard queued'],
      ['fetch-audio queued', 'heard queued'],
    ]);
  });
});

async function results(id: string): Promise<Record<string, unknown>[]> {
  const text = await (await api.ask(`/v1/batches/${id}/results`)).text();
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
