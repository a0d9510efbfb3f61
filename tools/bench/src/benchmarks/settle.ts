import { newUuid } from '@intermodal/contracts';
import { compile, type Settlement } from '@intermodal/pipeline';
import { LOCAL_TENANT } from '@intermodal/records';
import { toyStages } from '@intermodal/testing';
import type { TrialStack } from '@intermodal/trial';
import { Bench } from 'tinybench';
import type { Benchmark, BenchmarkContext } from '../benchmark.ts';
import { spreadOf, type Figure } from '../figure.ts';
import { createDatabase, openBenchDatabase, type BenchDatabase } from '../machine/database.ts';
import { Meter } from '../machine/meter.ts';
import { verifyBatch, verifyCommits } from '../verify-batch.ts';

const STEPS = 3;
const SIZES = [1, 10, 100, 400];

const plan = compile(
  {
    name: 'three-steps',
    version: 1,
    input: { x: {} },
    nodes: {
      first: { stage: 'toy.make@1', in: { a: '$input.x' } },
      second: { stage: 'toy.make@1', in: { a: '$first.value' } },
      third: { stage: 'toy.make@1', in: { a: '$second.value' } },
    },
    output: { value: '$third.value' },
  },
  toyStages,
);

/** What the record alone costs: chains carried to their end by `claim` and `settle`, no Redis, no worker, one connection. */
export const settle: Benchmark = {
  name: 'settle',
  async run(context) {
    await using stack = await context.startStack();
    const figures: Figure[] = [];
    for (const size of SIZES) figures.push(await measure(size, stack.trial, context));
    return figures;
  },
};

async function measure(
  size: number,
  { databaseUrl, postgres }: TrialStack,
  { quick, say }: BenchmarkContext,
): Promise<Figure> {
  await using database = await openBenchDatabase(await createDatabase(databaseUrl, `settle_${size}`));
  const jobs = size === 1 ? (quick ? 50 : 300) : quick ? 400 : 4_000;
  const rounds = Math.max(3, Math.round(jobs / size));
  const warmUp = Math.max(2, Math.round(rounds / 10));
  const carrier = new Carrier(database, size);
  for (let i = 0; i < warmUp + rounds; i++) await carrier.submit();
  for (let i = 0; i < warmUp; i++) await carrier.carry();
  const meter = await Meter.start(postgres.pid, database);
  carrier.spentMs = { claim: 0, settle: 0 };
  // Warmed up above: the library's warm-up runs for as long as it likes, and the submitted would not be enough.
  const bench = new Bench({ iterations: rounds, time: 0, warmup: false, retainSamples: true, throws: true });
  bench.add('carry', () => carrier.carry(), { async: true });
  await bench.run();
  const result = bench.tasks[0]!.result;
  if (result.state !== 'completed') throw new Error('The loop did not complete.');
  const tasks = rounds * size * STEPS;
  const details = {
    'claim µs/task': Math.round((carrier.spentMs.claim * 1_000) / tasks),
    'settle µs/task': Math.round((carrier.spentMs.settle * 1_000) / tasks),
    ...(await meter.perTask(tasks)),
  };
  await carrier.verify();
  await verifyCommits(database, (warmUp + rounds) * size * STEPS);
  const ours = spreadOf(result.latency.samples!.map((ms) => (size * STEPS * 1_000) / ms));
  say(`${size} at a time: ${Math.round(ours.median)} tasks/s ${JSON.stringify(details)}`);
  return {
    benchmark: 'settle',
    name: `claim and settle, ${size} at a time`,
    unit: 'tasks/s',
    at: { what: 'tasks at a time', value: size },
    ours,
    details,
  };
}

/** Takes batches of chains from ready to final, one after the other. */
class Carrier {
  readonly #database: BenchDatabase;
  readonly #size: number;
  readonly #worker = newUuid();
  readonly #waiting: (readonly string[])[] = [];
  readonly #batches: string[] = [];
  spentMs = { claim: 0, settle: 0 };

  constructor(database: BenchDatabase, size: number) {
    this.#database = database;
    this.#size = size;
  }

  async submit(): Promise<void> {
    const id = newUuid();
    const rows = Array.from({ length: this.#size }, (_, i) => ({
      line: i + 1,
      jobId: newUuid(),
      input: { x: i + 1 },
      params: {},
      metadata: {},
    }));
    const batch = { id, tenantId: LOCAL_TENANT, plan, rows, metadata: {} };
    await this.#database.records.batches.submit(batch);
    const first = `SELECT t.id FROM intermodal.task t JOIN intermodal.job j ON j.id = t.job_id WHERE j.batch_id = $1 AND t.state = 'ready'`;
    this.#waiting.push((await this.#database.query<{ id: string }>(first, [id])).map((row) => row.id));
    this.#batches.push(id);
  }

  async carry(): Promise<void> {
    const { tasks } = this.#database.records;
    const first = this.#waiting.shift() ?? [];
    const taker = { workerId: this.#worker, room: { 'toy.make@1': this.#size } };
    let { tasks: claimed } = await this.#timed('claim', () => tasks.claim(first, this.#worker));
    for (let step = 1; step <= STEPS; step++) {
      if (claimed.length !== this.#size) throw new Error(`${claimed.length} of ${this.#size} were claimed.`);
      const settlements = claimed.map(({ id, token, input }): Settlement => ({
        taskId: id,
        token,
        outcome: 'completed',
        output: { value: Number(input.a) + 1, list: null },
        artifacts: [],
      }));
      const result = await this.#timed('settle', () => tasks.settle(settlements, taker));
      if (result.fenced.length > 0) throw new Error(`${result.fenced.length} settlements were fenced.`);
      claimed = result.claimed;
    }
    if (claimed.length > 0) throw new Error(`${claimed.length} tasks were left.`);
  }

  async verify(): Promise<void> {
    const outputOf = (line: number) => ({ value: line + STEPS });
    for (const batchId of this.#batches)
      await verifyBatch(this.#database, { batchId, jobs: this.#size, outputOf });
  }

  async #timed<Result>(what: 'claim' | 'settle', work: () => Promise<Result>): Promise<Result> {
    const begun = performance.now();
    try {
      return await work();
    } finally {
      this.spentMs[what] += performance.now() - begun;
    }
  }
}
