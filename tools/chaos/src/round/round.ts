import { setTimeout as after } from 'node:timers/promises';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { IntermodalClient } from '@intermodal/client';
import { parseId } from '@intermodal/contracts';
import type { ArtifactStore } from '@intermodal/pipeline';
import {
  readEffects,
  seededNumbers,
  type Network,
  type Receiver,
  type TrialProcess,
  type TrialStack,
} from '@intermodal/trial';
import { Redis } from 'ioredis';
import pMap from 'p-map';
import { Pool } from 'pg';
import { checkRun } from '../check/check-run.ts';
import { reExecutions } from '../check/check-executions.ts';
import { wasGivenUp } from '../check/check-jobs.ts';
import { deliveriesIn, foldersIn } from '../check/check-leftovers.ts';
import type { Violation } from '../check/law.ts';
import type { Prediction } from '../check/prediction.ts';
import { readRecord, type RunRecord } from '../check/record.ts';
import { SUBMISSION, type Entry } from './ledger.ts';
import { restartTimes } from './restart-times.ts';
import type { Work } from './work.ts';
import type { PreviousVersion } from '../previous-version.ts';
import type { FaultProxy } from '../faults/fault-proxy.ts';

export interface RoundParts {
  readonly stack: TrialStack;
  readonly receiver: Receiver;
  readonly store: ArtifactStore;
  readonly prediction: Prediction;
  readonly effectsFile: string;
  readonly seed: string;
  /** Tasks that one worker runs at a time. */
  readonly slots: number;
  readonly s3?: FaultProxy;
  readonly network?: Network;
  readonly previous?: PreviousVersion;
  /** They are made to end in ways that are not counted; whatever ends otherwise is still noticed. */
  readonly mayDie: boolean;
  /** Innocent tasks may have been in three processes that were killed. */
  readonly excuseGivenUp: boolean;
  readonly onProgress: (what: string) => void;
  /** Ends all waiting. */
  readonly signal: AbortSignal;
}

export interface RoundResult {
  readonly record: RunRecord;
  readonly violations: readonly Violation[];
  readonly effects: ReadonlyMap<string, number>;
  readonly reExecutions: number;
  /** Milliseconds from a kill to the next start of what was killed, in order. */
  readonly restartsMs: readonly number[];
}

/** One run of one scenario: a stack, what is asked of it, what is done to it, and what must be so in the end. */
export class Round {
  readonly entries: Entry[] = [];
  readonly random: () => number;
  /** Deaths that a scenario brought about otherwise than by `kill`. */
  expectedDeaths = 0;
  readonly #parts: RoundParts;
  readonly #effects = new Map<string, number>();
  readonly #complaints: string[] = [];
  readonly #killedAt: number[] = [];
  readonly #database: Pool;
  readonly #redis: Redis;
  /** They do not ask again by themselves, so that every refusal is seen. */
  readonly #clients: readonly IntermodalClient[];
  #allowed = 0;

  constructor(parts: RoundParts) {
    this.#parts = parts;
    this.random = seededNumbers(parts.seed);
    const { urls, key } = parts.stack;
    this.#clients = urls.map((url) => new IntermodalClient({ url, key, attempts: 1 }));
    this.#database = new Pool({ connectionString: parts.stack.databaseUrl, max: 2 });
    this.#database.on('error', () => {});
    this.#redis = new Redis(parts.stack.redisUrl, { maxRetriesPerRequest: null, lazyConnect: true });
    this.#redis.on('error', () => {});
  }

  get stack(): TrialStack {
    return this.#parts.stack;
  }

  /** In front of the store; only where the scenario asked for it. */
  get s3(): FaultProxy {
    return this.#parts.s3!;
  }

  /** Of the hosts; only where the scenario asked for them. */
  get network(): Network {
    return this.#parts.network!;
  }

  /** The programs of an earlier version; only where the scenario asked for it. */
  get previous(): PreviousVersion {
    return this.#parts.previous!;
  }

  get database(): Pool {
    return this.#database;
  }

  get redis(): Redis {
    return this.#redis;
  }

  /** Something was done to the engine that may have made it repeat up to so many executions, besides those of processes that it broke off. */
  fault(name: string, repeats = 0): void {
    this.effect(name);
    this.#allowed += repeats * 1.5;
    this.#parts.onProgress(name);
  }

  /** For what is known to repeat executions, besides faults. */
  allow(repeats: number): void {
    this.#allowed += repeats * 1.5;
  }

  /** It ended by something that was planted in it. */
  died(): void {
    this.#killedAt.push(Date.now());
    this.expectedDeaths++;
    this.fault('planted-deaths');
  }

  /** Whether a process wrote this effect down. */
  hasSeen(effect: string): boolean {
    return this.seen(effect) > 0;
  }

  /** How often processes wrote this effect down so far. */
  seen(effect: string): number {
    return readEffects(this.#parts.effectsFile).counts.get(effect) ?? 0;
  }

  /** Nobody was told to come again. */
  expectNoRefusals(): void {
    const refused = this.#effects.get('refused-submits') ?? 0;
    this.expect(refused === 0, `${refused} submissions were refused`);
  }

  effect(name: string, times = 1): void {
    this.#effects.set(name, (this.#effects.get(name) ?? 0) + times);
  }

  /** What must be so besides the laws. */
  expect(holds: boolean, complaint: string): void {
    if (!holds) this.#complaints.push(complaint);
  }

  /** Of all workers together. */
  get concurrency(): number {
    return this.#parts.slots * this.stack.workers.length;
  }

  pause(ms: number): Promise<void> {
    return after(ms, undefined, { signal: this.#parts.signal });
  }

  pick<Item>(from: readonly Item[]): Item {
    return from[Math.floor(this.random() * from.length)]!;
  }

  async kill(one: TrialProcess): Promise<void> {
    if (one.pid === undefined) return;
    this.#killedAt.push(Date.now());
    this.fault('kills');
    this.expectedDeaths++;
    await one.kill();
  }

  /** One of those that serve; waits for one where none does: to kill what only just starts proves nothing. */
  async killAny(processes: readonly TrialProcess[]): Promise<void> {
    await Promise.race(processes.map((one) => one.ready()));
    await this.kill(this.pick(processes.filter(({ isReady }) => isReady)));
  }

  /** Writes down what is about to be asked for. */
  note(work: Work, webhook: boolean): Entry {
    const key = `${this.#parts.seed}-${this.entries.length}`;
    const entry: Entry = { ...work, key, webhook, cancelled: false };
    this.entries.push(entry);
    return entry;
  }

  /** Asks until somebody says yes; the key makes all of it one. */
  async submit(
    work: Work,
    { webhook = true, client: only }: { webhook?: boolean; client?: IntermodalClient } = {},
  ): Promise<Entry> {
    const entry = this.note(work, webhook);
    for (let tries = 0; ; tries++) {
      this.#parts.signal.throwIfAborted();
      const client = only ?? this.#clients[(this.entries.length + tries) % this.#clients.length]!;
      try {
        const job = await client.jobs.submit(
          {
            pipeline: work.pipeline,
            input: { ...work.input },
            params: { ...work.params },
            metadata: { [SUBMISSION]: entry.key },
            ...(webhook && { webhook: { url: this.#parts.receiver.url } }),
          },
          { idempotencyKey: entry.key, signal: this.#parts.signal },
        );
        entry.jobId = parseId('job', job.id)!;
        return entry;
      } catch (error) {
        this.#parts.signal.throwIfAborted();
        const status = (error as { status?: number }).status;
        if (status !== undefined && status < 500) throw error;
        this.effect('refused-submits');
        await this.pause(100);
      }
    }
  }

  /** @param spreadMs the time over which the submissions are spread */
  async submitAll(
    works: readonly Work[],
    { spreadMs = 0, concurrency = 8, webhook = true } = {},
  ): Promise<void> {
    const since = performance.now();
    const submit = async (work: Work, i: number): Promise<void> => {
      const early = (spreadMs * i) / works.length - (performance.now() - since);
      if (early > 0) await this.pause(early);
      await this.submit(work, { webhook });
    };
    await pMap(works, submit, { concurrency });
  }

  /** Acts so many times, with about so long a pause before each. */
  async every(ms: number, times: number, act: (index: number) => Promise<void>): Promise<void> {
    for (let i = 0; i < times; i++) {
      await this.pause(ms * (0.75 + this.random() / 2));
      await act(i);
    }
  }

  /** Waits until nothing is open any more, at most so long, and looks at everything. */
  async finish(patienceMs: number): Promise<RoundResult> {
    const deadline = performance.now() + patienceMs;
    this.#parts.onProgress('waiting for the jobs');
    await this.#until(
      deadline,
      async () => (await this.#count(`intermodal.job WHERE finished_at IS NULL`)) === 0,
    );
    this.#parts.onProgress('waiting for the webhooks');
    await this.#until(
      deadline,
      async () => (await this.#count(`intermodal.webhook_message WHERE state = 'pending'`)) === 0,
    );
    // What a killed worker held comes back when BullMQ notices, and is then handled as a duplicate.
    this.#parts.onProgress('waiting for Redis');
    const quietBy = performance.now() + Math.min(30_000, patienceMs);
    await this.#until(quietBy, async () => (await deliveriesIn(this.#redis)).length === 0);
    await this.#until(performance.now() + 5_000, () => Promise.resolve(this.#folders().length === 0));
    this.#parts.onProgress('checking');
    return this.#look();
  }

  async close(): Promise<void> {
    this.#redis.disconnect();
    await this.#database.end();
  }

  async #look(): Promise<RoundResult> {
    const record = await readRecord(this.#database);
    const { receiver, store, prediction, effectsFile, excuseGivenUp, slots } = this.#parts;
    const { counts, executions, brokenOff } = readEffects(effectsFile);
    for (const [name, times] of counts) this.effect(name, times);
    this.effect('executions', executions.length);
    const violations = await checkRun(
      {
        entries: this.entries,
        record,
        received: receiver.received,
        store,
        deliveries: await deliveriesIn(this.#redis),
        folders: this.#folders(),
        executions,
        explained: { brokenOff, slots, otherwise: Math.ceil(this.#allowed) },
        excuseGivenUp,
      },
      prediction,
    );
    const tasksOf = Map.groupBy(record.tasks, ({ jobId }) => jobId);
    const givenUp = record.jobs.filter((job) => wasGivenUp(job, tasksOf.get(job.id) ?? [])).length;
    this.effect('given-up', givenUp);
    this.expect(
      !excuseGivenUp || givenUp <= Math.ceil(record.jobs.length / 50),
      `${givenUp} jobs were given up: too many to be bad luck`,
    );
    this.effect('lease-expiries', sum(record.tasks.map(({ crashes }) => crashes)));
    this.effect('redeliveries', sum(record.events.map(({ attempts }) => Math.max(0, attempts - 1))));
    this.effect('queue-losses', record.queueLosses);
    for (const { state } of record.jobs) this.effect(`jobs-${state}`);
    const deaths = [...this.stack.workers, ...this.stack.apis].flatMap((one) => one.deaths);
    this.effect('deaths', deaths.length);
    const byItself = this.#parts.mayDie
      ? deaths.filter((how) => how !== 'SIGKILL' && how !== 'code 0')
      : deaths.slice(this.expectedDeaths);
    this.expect(byItself.length === 0, `processes ended that nobody ended: ${byItself.join(', ')}`);
    return {
      record,
      violations: [...violations, ...this.#complaints.map((what) => ({ law: 'also' as const, what }))],
      effects: this.#effects,
      reExecutions: reExecutions(record, executions),
      restartsMs: restartTimes(record.changes, this.#killedAt),
    };
  }

  #folders(): string[] {
    return this.stack.scratch.flatMap(foldersIn);
  }

  async #count(of: string): Promise<number> {
    try {
      const { rows } = await this.#database.query<{ count: number }>(
        `SELECT count(*)::int AS count FROM ${of}`,
      );
      return rows[0]!.count;
    } catch {
      // The database may be away: that is what is being tried.
      return Infinity;
    }
  }

  async #until(deadline: number, holds: () => Promise<boolean>): Promise<void> {
    while (!(await holds()) && performance.now() < deadline) await this.pause(200);
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

/** So that it is there when nobody writes to it. */
export function makeEffectsFile(folder: string): string {
  const file = join(folder, 'effects');
  writeFileSync(file, '');
  return file;
}
