import type { ArtifactRef, PoolBacklog } from '@intermodal/contracts';
import { openStatus } from '@intermodal/process';
import { openRecords } from '@intermodal/records';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type RunningApi } from '../api.testing.ts';
import { BACKLOG_PATH, backlogRoute } from './backlog-route.ts';

const log = pino({ level: 'silent' });
let api: RunningApi;
beforeAll(async () => void (api = await startApi()));
afterAll(() => api[Symbol.asyncDispose]());

/** The status port of an API over these records, asked as a scaler does. */
async function statusPort(pools = api.records.pools) {
  const health = { host: '127.0.0.1', port: 0 };
  const config = { health, logLevel: 'silent', blockedMs: 10_000 } as const;
  const status = await openStatus(config, { service: 'test' }, log);
  status.routes.get(BACKLOG_PATH, backlogRoute(pools, api.catalogue, log));
  return {
    ask: async (path: string) => {
      const answer = await fetch(`http://127.0.0.1:${status.port}/internal/pools/${path}`);
      return { status: answer.status, body: (await answer.json()) as PoolBacklog & { problem?: string } };
    },
    [Symbol.asyncDispose]: () => status.stop(),
  };
}

describe('the backlog that a scaler asks for', () => {
  it('asks for a worker from zero, and goes by what it is told of workers and of time', async () => {
    await using port = await statusPort();
    expect(await port.ask('speech/backlog')).toMatchObject({
      status: 200,
      body: { pool: 'speech', desiredWorkers: 0, targetSeconds: 60, slotsPerWorker: 2, workers: 0 },
    });
    const upload = { method: 'POST', body: Buffer.from('RIFF\0\0\0\0WAVE') };
    const { id } = (await (await api.ask('/v1/artifacts', upload)).json()) as ArtifactRef;
    for (let count = 0; count < 4; count++) {
      const body = JSON.stringify({ pipeline: 'listen', input: { audio: { artifact: id } } });
      const headers = { 'content-type': 'application/json' };
      expect((await api.ask('/v1/jobs', { method: 'POST', body, headers })).status).toBe(202);
    }
    expect((await port.ask('speech/backlog')).body).toMatchObject({
      ...{ waiting: 4, estimatedSeconds: 20, desiredWorkers: 1 },
      stages: expect.arrayContaining([
        { stage: 'test.listen@1', running: 0, waiting: 4, later: 0, meanSeconds: 5, measured: false },
      ]) as unknown,
    });
    const { body } = await port.ask('speech/backlog?targetSeconds=5&slotsPerWorker=1');
    expect(body.desiredWorkers).toBe(4);
  });

  it('knows no pool that there is not, and refuses what it does not understand', async () => {
    await using port = await statusPort();
    expect((await port.ask('nowhere/backlog')).status).toBe(404);
    expect(await port.ask('speech/backlog?targetSeconds=0&slots=2')).toMatchObject({
      status: 400,
      body: { problem: expect.stringMatching(/targetSeconds.*slots/) as unknown },
    });
  });

  it('is no number when it cannot be read', async () => {
    const records = openRecords({ databaseUrl: 'postgres://nobody@127.0.0.1:1/none' });
    await using port = await statusPort(records.pools);
    const { status, body } = await port.ask('speech/backlog');
    expect(status).toBe(503);
    expect(Object.keys(body)).toEqual(['problem']);
    await records.close();
  });
});
