import type { Contact, TaskRecords } from '@intermodal/pipeline';

/**
 * Whether leases that ended tell of workers that are gone. While the records cannot be reached, nobody can extend a lease:
 * when anybody was out of touch for more than half a lease, all get one whole lease to show that they live. An outage that
 * can end a lease lasts longer than that, because a heartbeat comes at least twice in a lease.
 */
export class ContactWatch {
  readonly #records: Pick<TaskRecords, 'clock'>;
  readonly #leaseMs: number;
  readonly #now: () => number;
  #contact: Contact = 'new';
  #failing = false;
  #lastGood = 0;

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
      const awayMs = ended - (this.#failing ? this.#lastGood : begun);
      if (awayMs > this.#leaseMs / 2) this.#contact = 'lost';
      this.#failing = false;
      this.#lastGood = ended;
      return result;
    } catch (error) {
      this.#failing = true;
      throw error;
    }
  }

  /**
   * The database's clock; null while leases that ended are to be let be. Asked for just before it is used: a statement that
   * is held up on its way then does not end what ended meanwhile.
   */
  async leasesEndedBefore(): Promise<string | null> {
    const first = await this.#ask();
    // Only the answer showed that contact had been lost.
    return this.#contact === 'lost' ? this.#ask() : first;
  }

  async #ask(): Promise<string | null> {
    const told = this.#contact;
    const clock = await this.watch(async () => {
      const answer = await this.#records.clock(told);
      this.#contact = 'kept';
      return answer;
    });
    return clock;
  }
}
