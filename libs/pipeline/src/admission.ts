import type { TaskQueue } from './ports/task-queue.ts';
import type { ClaimedTask, TaskRecords, Taker } from './ports/task-records.ts';

export interface AdmissionOptions {
  readonly records: Pick<TaskRecords, 'admit'>;
  readonly queue: Pick<TaskQueue, 'send'>;
  /** Left out where nothing is run. */
  readonly worker?: {
    /** What it would have now; undefined while it drains. */
    taker(): Taker | undefined;
    accept(tasks: readonly ClaimedTask[]): void;
  };
  /** Hears of what could not be done; the sweeper repairs it. */
  readonly onFailure: (error: unknown, stage: string) => void;
}

/**
 * Lets waiting tasks into the transport. Best effort: what this process misses, the sweeper of any other one finds. One
 * statement per stage at a time; whatever is asked for meanwhile is served by the next.
 */
export class Admission {
  readonly #options: AdmissionOptions;
  readonly #running = new Map<string, Promise<void>>();
  readonly #again = new Set<string>();
  readonly #more = new Set<string>();

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  /** Never rejects. Resolves when these stages were looked at. */
  async open(stages: Iterable<string>): Promise<void> {
    await Promise.all([...stages].map((stage) => this.#openOne(stage)));
  }

  /** Looks again at a stage that had more than fitted: called when the worker has room. Who is looking sees that by itself. */
  async refill(stage: string): Promise<void> {
    if (this.#more.has(stage) && !this.#running.has(stage)) await this.#openOne(stage);
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running.values());
  }

  #openOne(stage: string): Promise<void> {
    const running = this.#running.get(stage);
    if (running) {
      this.#again.add(stage);
      return running;
    }
    const work = this.#work(stage).finally(() => this.#running.delete(stage));
    this.#running.set(stage, work);
    return work;
  }

  async #work(stage: string): Promise<void> {
    const { records, queue, worker, onFailure } = this.#options;
    let goesOn: boolean;
    do {
      this.#again.delete(stage);
      try {
        const { claimed, deliveries, more } = await records.admit(stage, worker?.taker());
        worker?.accept(claimed);
        goesOn = more && claimed.length > 0 && (worker?.taker()?.room[stage] ?? 0) > 0;
        if (more) this.#more.add(stage);
        else this.#more.delete(stage);
        if (deliveries.length > 0) await queue.send(deliveries);
      } catch (error) {
        onFailure(error, stage);
        return;
      }
    } while (goesOn || this.#again.has(stage));
  }
}
