/** Does the same again and again, until it is stopped. With jitter, so that many processes do not do it at the same moment. */
export class Rounds {
  readonly #work: () => Promise<void>;
  readonly #intervalMs: number;
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> = Promise.resolve();
  #stopped = false;

  /** @param work never rejects */
  constructor(work: () => Promise<void>, intervalMs: number) {
    this.#work = work;
    this.#intervalMs = intervalMs;
  }

  start(): void {
    if (this.#stopped) return;
    const delayMs = this.#intervalMs * (0.5 + Math.random());
    this.#timer = setTimeout(() => {
      this.#round = this.#work().then(() => this.start());
    }, delayMs);
  }

  /** Resolves when the round under way has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#round;
  }
}
