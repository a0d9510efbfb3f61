import type { TaskRecords } from '@intermodal/pipeline';

/**
 * Calls under way that may lease tasks to this worker. What such a call took is known only when it answers, and never when
 * its reply is lost: then the heartbeat must tell the records, and must not speak of calls that are still to answer.
 */
export class Takings {
  readonly #underWay = new Set<{ readonly since: number }>();
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** The same records, watched. */
  through(records: TaskRecords): TaskRecords {
    return {
      ...records,
      claim: (...given) => this.#watch(records.claim(...given)),
      settle: (...given) => this.#watch(records.settle(...given)),
      admit: (...given) => this.#watch(records.admit(...given)),
    };
  }

  /** Whether every call that had begun by that moment has answered or failed. */
  answeredUntil(moment: number): boolean {
    return [...this.#underWay].every(({ since }) => since > moment);
  }

  /** Whoever awaits this holds what it took before any timer can fire. */
  async #watch<Result>(call: Promise<Result>): Promise<Result> {
    const entry = { since: this.#now() };
    this.#underWay.add(entry);
    try {
      return await call;
    } finally {
      this.#underWay.delete(entry);
    }
  }
}
