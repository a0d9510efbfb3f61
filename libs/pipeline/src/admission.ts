import type { TaskQueue } from './ports/task-queue.ts';
import type { ClaimedTask, TaskRecords, Taker } from './ports/task-records.ts';

export interface AdmissionOptions {
  readonly records: Pick<TaskRecords, 'admit'>;
  readonly queue: Pick<TaskQueue, 'send'>;
  /** Left out where nothing is run. */
  readonly worker?: {
    /** What it takes at once; undefined while it drains. */
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

  /** Looks again at the stages that had more than fitted: called when something was taken. */
  async refill(): Promise<void> {
    if (this.#more.size > 0) await this.open(this.#more);
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
    do {
      this.#again.delete(stage);
      try {
        const { claimed, deliveries, more } = await records.admit(stage, worker?.taker());
        worker?.accept(claimed);
        if (more) this.#more.add(stage);
        else this.#more.delete(stage);
        if (deliveries.length > 0) await queue.send(deliveries);
      } catch (error) {
        onFailure(error, stage);
        return;
      }
    } while (this.#again.has(stage));
  }
}
