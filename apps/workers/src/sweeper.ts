import { Contact } from './contact.ts';
import { QueueMemory } from './queue-memory.ts';
import { passOn, type SettleOptions } from './settle.ts';

type SweeperOptions = Pick<SettleOptions, 'records' | 'queue' | 'admission' | 'log'> & {
  readonly leaseMs: number;
};

/** Leaderless: every worker sweeps, now and then, and rows that another one holds are skipped. */
export class Sweeper {
  readonly #options: SweeperOptions;
  readonly #intervalMs: number;
  readonly #contact: Contact;
  readonly #memory: QueueMemory;
  #timer: NodeJS.Timeout | undefined;
  #sweep: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: SweeperOptions, intervalMs: number) {
    this.#options = options;
    this.#intervalMs = intervalMs;
    this.#contact = new Contact(options.records, options.leaseMs);
    this.#memory = new QueueMemory(options.records, options.queue);
  }

  start(): void {
    if (this.#stopped) return;
    // Jitter, so that many processes do not sweep at the same moment.
    const delayMs = this.#intervalMs * (0.5 + Math.random());
    this.#timer = setTimeout(() => {
      this.#sweep = this.#sweepOnce()
        .then(() => this.#askQueue())
        .then(() => this.start());
    }, delayMs);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#sweep;
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
