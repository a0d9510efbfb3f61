import { passOn, type SettleOptions } from './settle.ts';

/** Leaderless: every worker sweeps, now and then, and rows that another one holds are skipped. */
export class Sweeper {
  readonly #options: SettleOptions;
  readonly #intervalMs: number;
  #timer: NodeJS.Timeout | undefined;
  #sweep: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: SettleOptions, intervalMs: number) {
    this.#options = options;
    this.#intervalMs = intervalMs;
  }

  start(): void {
    if (this.#stopped) return;
    // Jitter, so that many processes do not sweep at the same moment.
    const delayMs = this.#intervalMs * (0.5 + Math.random());
    this.#timer = setTimeout(() => {
      this.#sweep = this.#sweepOnce().then(() => this.start());
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
      const result = await records.sweep();
      if (result.ready.length > 0) log.info({ tasks: result.ready.length }, 'tasks are sent again');
      await passOn(result, this.#options);
    } catch (error) {
      log.warn({ err: error }, 'sweep failed');
    }
  }
}
