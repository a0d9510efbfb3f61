import { setTimeout as after } from 'node:timers/promises';
import { deletionCosts } from '@intermodal/cli';
import { PoolBacklog } from '@intermodal/contracts';
import type { LiveWorker } from '@intermodal/pipeline';
import { KedaScaler, pickToEnd, type ScalerSettings, type TrialProcess } from '@intermodal/trial';
import type { Round } from './round.ts';

const POOL_LABEL = 'pool';

interface Pod {
  readonly name: string;
  /** Undefined while it starts. */
  worker?: TrialProcess;
  readySinceMs: number;
  cost: number;
  ending?: Promise<void>;
}

export interface ScaledPoolOptions {
  readonly settings: ScalerSettings;
  /** How often the backlog is asked for. */
  readonly pollMs: number;
  /** What the scaler asks for besides the pool. */
  readonly query: string;
}

/** A pool as it is on a cluster: worker processes as pods, a scaler that asks the API, and somebody who writes what they cost. */
export class ScaledPool {
  /** How many pods there were to be, each time that it was another number. */
  readonly sizes: { readonly size: number; readonly because: string }[] = [
    { size: 0, because: 'the beginning' },
  ];
  /** Idle workers stayed while a busy one was ended. */
  busyBeforeIdle = 0;
  /** Idle workers were ended while a busy one stayed. */
  busySpared = 0;
  /** Nobody was idle. */
  busyEnded = 0;
  idleEnded = 0;
  failedReads = 0;
  readonly #round: Round;
  readonly #options: ScaledPoolOptions;
  readonly #scaler: KedaScaler;
  readonly #stopping = new AbortController();
  #pods: Pod[] = [];
  #made = 0;
  #lastSaid = '';
  #running: Promise<void> | undefined;

  constructor(round: Round, options: ScaledPoolOptions) {
    this.#round = round;
    this.#options = options;
    this.#scaler = new KedaScaler(options.settings);
  }

  start(): void {
    this.#running = this.#run();
  }

  get size(): number {
    return this.sizes.at(-1)!.size;
  }

  /** Whether it has this size in time. */
  reaches(size: number, withinMs: number): Promise<boolean> {
    return this.#until(() => this.size === size, withinMs);
  }

  /** Whether it ends idle workers, and spares a busy one, in time. */
  spares(withinMs: number): Promise<boolean> {
    return this.#until(() => this.busySpared > 0, withinMs);
  }

  /** Whether it asks once more how much there is to do, and is not told, in time. */
  failsToRead(withinMs: number): Promise<boolean> {
    const before = this.failedReads;
    return this.#until(() => this.failedReads > before, withinMs);
  }

  async #until(holds: () => boolean, withinMs: number): Promise<boolean> {
    const deadline = performance.now() + withinMs;
    while (!holds() && performance.now() < deadline) await this.#round.pause(50);
    return holds();
  }

  /** No more is changed; what ends has ended. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    await Promise.all(this.#pods.map(({ ending }) => ending));
  }

  /** How it came to its size. */
  get history(): string {
    return this.sizes.map(({ size, because }) => `${size} (${because})`).join(', ');
  }

  /** How often it got larger after it had got smaller, or smaller after larger. */
  get turns(): number {
    const steps = this.sizes.slice(1).map(({ size }, i) => Math.sign(size - this.sizes[i]!.size));
    return steps.filter((step, i) => i > 0 && step !== steps[i - 1]).length;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const value = await this.#read();
      const wanted = this.#scaler.next(performance.now(), this.size, value);
      if (wanted > this.size) for (let more = wanted - this.size; more > 0; more--) this.#add();
      else if (wanted < this.size) await this.#end(this.size - wanted);
      if (wanted !== this.size) this.sizes.push({ size: wanted, because: this.#lastSaid });
      await after(this.#options.pollMs, undefined, { signal }).catch(() => {});
    }
  }

  /** As KEDA's metrics-api scaler: whatever is not 200 with a number at its place is no value. */
  async #read(): Promise<number | undefined> {
    const [api] = this.#round.stack.apis;
    const address = `http://127.0.0.1:${api!.statusPort}/internal/pools/text/backlog?${this.#options.query}`;
    try {
      const answer = await fetch(address, { signal: AbortSignal.timeout(3_000) });
      if (answer.status !== 200) throw new Error(`answered ${answer.status}`);
      const { desiredWorkers, running, waiting, later } = PoolBacklog.parse(await answer.json());
      this.#lastSaid = `${desiredWorkers} for ${running} running, ${waiting} waiting, ${later} later`;
      return desiredWorkers;
    } catch {
      this.failedReads++;
      return undefined;
    }
  }

  #add(): void {
    const pod: Pod = { name: `text-${this.#made++}`, readySinceMs: 0, cost: 0 };
    this.#pods.push(pod);
    void this.#round.stack.addWorker({ TRIAL_HOST: pod.name }).then(
      (worker) => {
        pod.worker = worker;
        pod.readySinceMs = performance.now();
      },
      (error: unknown) => this.#round.expect(false, `a worker did not start: ${String(error)}`),
    );
  }

  async #end(count: number): Promise<void> {
    const staying = this.#pods.filter(({ ending }) => !ending);
    const workers = await this.#workers();
    const pods = staying.map(({ name, cost }) => ({
      ...{ name, labels: { [POOL_LABEL]: 'text' }, deletionCost: cost, isEnding: false },
    }));
    for (const { pod, cost } of deletionCosts(pods, workers, POOL_LABEL))
      staying.find(({ name }) => name === pod)!.cost = cost;
    const chosen = pickToEnd(
      staying.map((pod) => ({
        ...{ pod, name: pod.name, isReady: pod.worker !== undefined, deletionCost: pod.cost },
        readySinceMs: pod.readySinceMs,
      })),
      count,
    ).map(({ pod }) => pod);
    // What is so now, not what the costs were made of.
    const runs = new Map((await this.#workers()).map(({ host, running }) => [host, running]));
    const isBusy = ({ name }: Pod): boolean => (runs.get(name) ?? 0) > 0;
    const left = staying.filter((pod) => !chosen.includes(pod));
    const isIdleLeft = left.some((pod) => !isBusy(pod));
    if (left.some(isBusy) && !chosen.some(isBusy)) this.busySpared++;
    for (const pod of chosen) {
      if (!isBusy(pod)) this.idleEnded++;
      else if (isIdleLeft) this.busyBeforeIdle++;
      else this.busyEnded++;
      pod.ending = this.#drain(pod);
    }
  }

  async #drain(pod: Pod): Promise<void> {
    while (!pod.worker) await this.#round.pause(50);
    await pod.worker.stop();
  }

  async #workers(): Promise<Pick<LiveWorker, 'host' | 'running'>[]> {
    const { rows } = await this.#round.database.query<Pick<LiveWorker, 'host' | 'running'>>(
      // Its functions find their tables by the path of the session.
      `SELECT w.host, (SELECT count(*)::int FROM intermodal.task t WHERE t.worker_id = w.id AND t.state = 'running' AND t.lease_until IS NOT NULL) AS running
       FROM intermodal.worker w WHERE w.seen_at > now() - interval '30 s'`,
    );
    return rows;
  }
}
