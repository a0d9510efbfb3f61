import type { BatchView, JobView } from '@intermodal/contracts';
import type { IntermodalClient } from '@intermodal/client';
import { BAD_REQUESTS } from './bad-requests.ts';

/** What a visit has at hand. */
export interface Visit {
  readonly client: IntermodalClient;
  readonly url: string;
  readonly key: string;
  readonly webhook: { readonly url: string };
  /** Of the visit, from 1. */
  readonly index: number;
  /** In [0, 1). */
  random(): number;
  /** What the visit brought about, for the account in the end. */
  count(what: string, times?: number): void;
}

/** How a job must end, told in its metadata so that the records can be asked. */
export const EXPECTED = 'expected';
export type Expected = 'completed' | 'failed or completed' | 'cancelled or completed';

interface Kind {
  /** Of 100 visits. */
  readonly share: number;
  run(visit: Visit): Promise<void>;
}

interface Asked {
  readonly pipeline: string;
  readonly input: Record<string, unknown>;
  readonly params?: Record<string, unknown>;
}

const HANG_UP_MS = 200;
const LONG_MS = 3_000;
const ROWS = 50;
const UPLOAD_BYTES = 200_000;

/** Every trial pipeline, in turn. */
const SHAPES: readonly ((value: number) => Asked)[] = [
  (value) => ({ pipeline: 'trial-step', input: { value } }),
  (value) => ({ pipeline: 'trial-bare-chain', input: { value } }),
  (value) => ({ pipeline: 'trial-chain', input: { value }, params: { ms: 20 } }),
  (value) => ({ pipeline: 'trial-diamond', input: { value }, params: { bytes: 50_000 } }),
  () => ({ pipeline: 'trial-map', input: { count: 10 } }),
  () => ({ pipeline: 'trial-nested', input: { count: 2 } }),
  (value) => ({ pipeline: 'trial-skip', input: { value } }),
  (value) => ({ pipeline: 'trial-poison', input: { value } }),
  () => ({ pipeline: 'trial-failing-map', input: { count: 10 }, params: { kind: 'user' } }),
  () => ({ pipeline: 'trial-failing-map', input: { count: 10 }, params: { kind: 'bug' } }),
  () => ({ pipeline: 'trial-together', input: { count: 10 }, params: { ms: 5 } }),
  (value) => ({ pipeline: 'trial-skip', input: { value }, params: { kind: 'operational' } }),
  // A text of 50 kB is too long for a row, and travels as an artifact.
  (value) => ({ pipeline: 'trial-step', input: { value: String(value).padStart(50_000, '.') } }),
];

const DIAMOND = SHAPES.find((shape) => shape(0).pipeline === 'trial-diamond')!;

const KINDS: readonly Kind[] = [
  { share: 55, run: async (visit) => void (await submit(visit)) },
  {
    share: 5,
    async run(visit) {
      const job = await submit(visit);
      await visit.client.jobs.wait(job.id);
    },
  },
  { share: 5, run: fetchFile },
  {
    share: 4,
    async run({ client }) {
      const { id } = await client.artifacts.upload(new Blob([new Uint8Array(UPLOAD_BYTES)]));
      await (await client.artifacts.content(id)).arrayBuffer();
    },
  },
  { share: 5, run: batch },
  {
    share: 6,
    async run(visit) {
      const job = await submitLong(visit, 'cancelled or completed');
      await visit.client.jobs.cancel(job.id);
    },
  },
  // The sweeper ends it, and on a busy machine may come too late.
  {
    share: 2,
    run: async (visit) => void (await submitLong(visit, 'failed or completed', { deadlineMs: 1_000 })),
  },
  { share: 4, run: hangUp },
  {
    share: 9,
    async run({ client }) {
      const { jobs } = await client.jobs.list({ limit: 20 });
      if (jobs[0]) await client.jobs.get(jobs[0].id, { tasks: true });
      await client.health();
      await client.stages.list();
      await client.openApi();
    },
  },
  {
    share: 5,
    async run(visit) {
      const bad = BAD_REQUESTS[Math.floor(visit.random() * BAD_REQUESTS.length)]!;
      const response = await fetch(`${visit.url}${bad.path}`, bad.request(visit.key));
      await response.arrayBuffer();
      if (response.status !== bad.status)
        throw new Error(`${bad.what} was answered with ${response.status}, not ${bad.status}.`);
      visit.count('bad requests');
    },
  },
];

/** Does one of the things that people do, good and bad. @throws when the answer is not what it should be */
export async function visit(given: Visit): Promise<void> {
  let at = given.random() * 100;
  const kind = KINDS.find(({ share }) => (at -= share) < 0)!;
  await kind.run(given);
}

/** Half of the jobs have somebody who wants to be told. */
async function submit(
  visit: Visit,
  asked = SHAPES[visit.index % SHAPES.length]!(visit.index),
): Promise<JobView> {
  return post(visit, asked, 'completed');
}

const submitLong = (visit: Visit, expected: Expected, more: { deadlineMs?: number } = {}): Promise<JobView> =>
  post(
    visit,
    { pipeline: 'trial-chain', input: { value: visit.index }, params: { ms: LONG_MS } },
    expected,
    more,
  );

async function post(
  visit: Visit,
  asked: Asked,
  expected: Expected,
  more: { deadlineMs?: number } = {},
): Promise<JobView> {
  const webhook = visit.random() < 0.5 ? { webhook: visit.webhook } : {};
  const job = await visit.client.jobs.submit({
    ...asked,
    ...more,
    ...webhook,
    metadata: { [EXPECTED]: expected },
  });
  visit.count('jobs');
  return job;
}

async function fetchFile(visit: Visit): Promise<void> {
  const { id } = await submit(visit, DIAMOND(visit.index));
  const job = await visit.client.jobs.wait(id);
  const file = job.output?.file as { id: string; bytes: number };
  const content = await (await visit.client.artifacts.content(file.id)).arrayBuffer();
  if (content.byteLength !== file.bytes) throw new Error(`${file.id} has ${content.byteLength} bytes.`);
}

async function batch(visit: Visit): Promise<void> {
  const rows = Array.from({ length: ROWS }, (_, i) => ({ custom_id: `row-${i}`, input: { value: i } }));
  const asked = {
    pipeline: visit.index % 2 === 0 ? 'trial-step' : 'trial-skip',
    rows,
    webhook: visit.webhook,
  };
  const { id } = await visit.client.batches.submit(asked);
  visit.count('jobs', ROWS);
  const ended: BatchView = await visit.client.batches.wait(id);
  if (ended.counts.completed !== ROWS) throw new Error(`${id} ended with ${JSON.stringify(ended.counts)}.`);
  let seen = 0;
  for await (const result of visit.client.batches.results(id)) seen += result.line > 0 ? 1 : 0;
  if (seen !== ROWS) throw new Error(`${id} gave ${seen} rows.`);
}

/** Asks to be told of the end, and is gone before it. */
async function hangUp(visit: Visit): Promise<void> {
  const signal = AbortSignal.timeout(HANG_UP_MS);
  visit.count('hung up');
  try {
    const response = await fetch(`${visit.url}/v1/jobs?wait=20`, {
      method: 'POST',
      headers: { authorization: `Bearer ${visit.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ pipeline: 'trial-chain', input: { value: 1 }, params: { ms: LONG_MS } }),
      signal,
    });
    await response.arrayBuffer();
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
