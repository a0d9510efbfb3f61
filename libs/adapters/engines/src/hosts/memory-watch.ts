import type { MemoryBudget } from './memory-budget.ts';
import type { ModelHost } from './model-host.ts';

const LOOK_MS = 50;

/**
 * Looks how much the processes of models take, while there are any. What grows beyond their budget is ended before the machine
 * runs short: first what is idle leaves, then the one that has grown most ends.
 */
export class MemoryWatch {
  readonly #budget: MemoryBudget;
  readonly #hosts: () => readonly ModelHost[];
  #timer: NodeJS.Timeout | undefined;

  constructor(budget: MemoryBudget, hosts: () => readonly ModelHost[]) {
    this.#budget = budget;
    this.#hosts = hosts;
  }

  start(): void {
    if (this.#timer) return;
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    const all = this.#hosts().flatMap((host) => {
      const measured = host.measure();
      return measured ? [{ host, ...measured }] : [];
    });
    if (all.length === 0) return this.stop();
    const over = all.reduce((total, { bytes }) => total + bytes, 0) - this.#budget.limitBytes;
    if (over <= 0) return;
    const idle = all.filter(({ host }) => host.isIdle && !host.pinned);
    if (idle.reduce((total, { bytes }) => total + bytes, 0) >= over) return void this.#budget.shrink(over);
    const worst = all.filter(({ host }) => !host.isIdle).sort((a, b) => b.moreBytes - a.moreBytes)[0];
    if (worst) void worst.host.endOvergrown(worst.bytes);
  }
}
