import { newUuid, type ArtifactRef, type PoolList, type ServedModelList } from '@intermodal/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type RunningApi } from '../api.testing.ts';
import { estimatedSeconds } from './pool-views.ts';

let api: RunningApi;
beforeAll(async () => void (api = await startApi()));
afterAll(() => api[Symbol.asyncDispose]());

const pools = async () => ((await (await api.ask('/v1/pools')).json()) as PoolList).pools;
const beat = (pool: string, stages: string[], engines: Record<string, unknown>) =>
  api.records.tasks.heartbeat({ id: newUuid(), pool, stages, slots: 3, engines }, []);

describe('pools', () => {
  it('are there without a worker, and then nobody knows how long it takes', async () => {
    const [first] = await pools();
    expect(first).toMatchObject({ workers: 0, slots: 0, running: 0, waiting: 0, estimatedSeconds: 0 });
    expect(first!.stages.every(({ served }) => !served)).toBe(true);
    expect(estimatedSeconds([{ waiting: 1, running: 0, meanMs: 5 }], 0)).toBeNull();
    expect(estimatedSeconds([{ waiting: 1, running: 0, meanMs: null }], 2)).toBeNull();
    expect(estimatedSeconds([{ waiting: 3, running: 1, meanMs: 1_000 }], 2)).toBe(2);
  });

  it('tell who serves what with which engine, and what waits', async () => {
    const [{ stages }] = (await pools()) as [PoolList['pools'][number]];
    const { stage } = stages[0]!;
    const pool = (await pools())[0]!.name;
    const cannot = { unavailable: 'no model for text.chat is here: intermodal models pull x.' };
    const opened = { engine: 'llama', model: 'm', device: 'cpu' };
    await beat(pool, [stage], { TextGenerator: cannot, TextEmbedder: opened });
    await beat(pool, [stage], { TextEmbedder: opened });
    expect((await pools()).find(({ name }) => name === pool)).toMatchObject({
      workers: 2,
      slots: 6,
      engines: [
        { capability: 'TextEmbedder', engine: 'llama', model: 'm', device: 'cpu', unavailable: null },
        { capability: 'TextGenerator', engine: null, unavailable: cannot.unavailable },
      ],
    });
    const { models } = (await (await api.ask('/v1/models')).json()) as ServedModelList;
    expect(models).toEqual([
      {
        ...{ model: 'm', engine: 'llama', device: 'cpu', pools: [pool] },
        capabilities: ['TextEmbedder'],
        workers: 2,
      },
    ]);
  });

  it('count the tasks that wait for them, of all tenants', async () => {
    const of = async () => sum((await pools()).map(({ waiting }) => waiting));
    const before = await of();
    const upload = { method: 'POST', body: Buffer.from('RIFF\0\0\0\0WAVE') };
    const { id } = (await (await api.ask('/v1/artifacts', upload)).json()) as ArtifactRef;
    const job = { pipeline: 'listen', input: { audio: { artifact: id } } };
    const headers = { 'content-type': 'application/json' };
    const submitted = await api.ask('/v1/jobs', { method: 'POST', body: JSON.stringify(job), headers });
    expect(submitted.status).toBe(202);
    expect(await of()).toBe(before + 1);
  });
});

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
