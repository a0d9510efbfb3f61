import { createHash } from 'node:crypto';
import { newUuid, parseId, showId } from '@intermodal/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { OTHER_TENANT, startApi, type RunningApi } from '../api.testing.ts';

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const get = async (id: string) => {
  const response = await api.ask(`/v1/artifacts/${id}/lineage`);
  return { status: response.status, json: (await response.json()) as Record<string, any> };
};
async function upload(): Promise<string> {
  const init = { method: 'POST', headers: { 'content-type': 'audio/wav' }, body: 'RIFF' };
  return ((await (await api.ask('/v1/artifacts', init)).json()) as { id: string }).id;
}

test('an upload was made by nobody', async () => {
  const id = await upload();
  expect(await get(id)).toMatchObject({ status: 200, json: { artifact: { id }, madeBy: null, from: [] } });
});

test('what a task made says by which task, with what, and from which files', async () => {
  const source = await upload();
  const submitted = await api.ask('/v1/jobs', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      pipeline: 'listen',
      input: { audio: { artifact: source } },
      params: { loudness: 7 },
    }),
  });
  const { id: job } = (await submitted.json()) as { id: string };
  const [ready] = await api.records.jobs.tasks(parseId('job', job)!, 10);
  const {
    tasks: [claimed],
  } = await api.records.tasks.claim([ready!.id], newUuid());
  const id = showId('artifact', newUuid());
  const sha256 = createHash('sha256').update('made').digest('hex');
  const file = { id, mediaType: 'audio/wav', bytes: 4, sha256 };
  await api.records.tasks.settle([
    {
      ...{ taskId: claimed!.id, token: claimed!.token, outcome: 'completed', artifacts: [file] },
      ...{ output: { text: 'x', lines: [] }, engine: 'toy', device: 'cpu' },
    },
  ]);
  const { status, json } = await get(id);
  expect(status).toBe(200);
  expect(json).toMatchObject({
    artifact: file,
    madeBy: {
      ...{ job, task: showId('task', claimed!.id), path: 'heard', stage: 'test.listen@1' },
      ...{ pipeline: 'listen@2', engine: 'toy', device: 'cpu', params: { loudness: 7 } },
    },
    from: [{ id: source, mediaType: 'audio/wav' }],
  });
});

test("another tenant's file, and one that is not there, have none", async () => {
  const foreign = newUuid();
  await api.records.artifacts.add(OTHER_TENANT, {
    ...{ id: showId('artifact', foreign), mediaType: 'audio/wav', bytes: 1, sha256: 'a'.repeat(64) },
  });
  for (const uuid of [foreign, newUuid()])
    expect(await get(showId('artifact', uuid))).toMatchObject({
      status: 404,
      json: { code: 'artifact.not_found' },
    });
});
