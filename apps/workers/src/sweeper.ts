import { ContactWatch } from './contact.ts';
import { QueueMemory } from './queue-memory.ts';
import { passOn, type SettleOptions } from './settle.ts';

type SweeperOptions = Pick<SettleOptions, 'records' | 'queue' | 'admission' | 'log'> & {
  readonly leaseMs: number;
};

/** Leaderless: every worker sweeps, now and then, and rows that another one holds are skipped. */
export class Sweeper {
  readonly #options: SweeperOptions;
  readonly #contact: ContactWatch;
  readonly #memory: QueueMemory;

  constructor(options: SweeperOptions) {
    this.#options = options;
    this.#contact = new ContactWatch(options.records, options.leaseMs);
    this.#memory = new QueueMemory(options.records, options.queue);
  }

  async sweep(): Promise<void> {
    await this.#sweepOnce();
    await this.#askQueue();
  }

  async #sweepOnce(): Promise<void> {
    const { records, log } = this.#options;
    try {
      const leasesEndedBefore = await this.#contact.leasesEndedBefore();
      const swept = await this.#contact.watch(() => records.sweep({ leasesEndedBefore }));
      if (swept.expired > 0) log.info({ tasks: swept.expired }, 'leases had ended');
      if (swept.unclaimed > 0) log.info({ tasks: swept.unclaimed }, 'tasks are sent again');
      passOn(swept, this.#options);
    } catch (error) {
      log.warn({ err: error }, 'sweep failed');
    }
  }

  async #askQueue(): Promise<void> {
    const { admission, log } = this.#options;
    try {
      const stages = await this.#memory.check();
      if (!stages) return;
      log.warn({ stages }, 'Redis went back in time: what was sent is sent again');
      await admission.open(stages);
    } catch (error) {
      log.debug({ err: error }, 'Redis could not be asked what it remembers');
    }
  }
}
