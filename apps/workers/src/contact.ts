import type { TaskRecords } from '@intermodal/pipeline';

/**
 * Whether leases that ended tell of workers that are gone. While the records cannot be reached, nobody can extend a lease:
 * whoever was out of touch for more than half a lease, or has only just come, gives the others one whole lease to show that
 * they live. An outage that can end a lease lasts longer than that, because a heartbeat comes at least twice in a lease.
 */
export class Contact {
  readonly #records: Pick<TaskRecords, 'clock'>;
  readonly #leaseMs: number;
  readonly #now: () => number;
  #broken = true;
  #lastGood = -Infinity;
  /** From when on it counts that a lease has ended. */
  #trustedFrom = Infinity;

  constructor(
    records: Pick<TaskRecords, 'clock'>,
    leaseMs: number,
    now: () => number = () => performance.now(),
  ) {
    this.#records = records;
    this.#leaseMs = leaseMs;
    this.#now = now;
  }

  /** Watches work that needs the records. */
  async watch<Result>(work: () => Promise<Result>): Promise<Result> {
    const begun = this.#now();
    try {
      const result = await work();
      const ended = this.#now();
      // It may also have waited for the network to mend itself, without a failure.
      if ((this.#broken ? ended - this.#lastGood : ended - begun) > this.#leaseMs / 2)
        this.#trustedFrom = ended + this.#leaseMs;
      this.#broken = false;
      this.#lastGood = ended;
      return result;
    } catch (error) {
      this.#broken = true;
      throw error;
    }
  }

  /**
   * The database's clock; null while leases that ended are to be let be. Asked for just before it is used: a statement that
   * is held up on its way then does not end what ended meanwhile.
   */
  async leasesEndedBefore(): Promise<string | null> {
    const clock = await this.watch(() => this.#records.clock());
    return this.#now() >= this.#trustedFrom ? clock : null;
  }
}
