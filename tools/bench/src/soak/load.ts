import { setTimeout as after } from 'node:timers/promises';

/** More at once are not begun: whoever is that far behind only measures its own queue. */
const AT_ONCE = 100;

/** Begins something at a steady rate, whatever becomes of it. */
export class Load {
  begun = 0;
  /** Times when so many were under way that none was begun. */
  left = 0;
  /** What went wrong, and how often. */
  readonly faults = new Map<string, number>();
  readonly #work: (index: number) => Promise<void>;
  readonly #underWay = new Set<Promise<void>>();

  constructor(work: (index: number) => Promise<void>) {
    this.#work = work;
  }

  /** @throws the signal's reason when it aborts */
  async run(perSecond: number, ms: number, signal: AbortSignal): Promise<void> {
    const since = performance.now();
    for (let due = 0; due < (ms * perSecond) / 1_000; due++) {
      const early = (due * 1_000) / perSecond - (performance.now() - since);
      if (early > 0) await after(early, undefined, { signal });
      signal.throwIfAborted();
      this.#begin();
    }
  }

  /** Resolves when nothing is under way. */
  async finish(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  #begin(): void {
    if (this.#underWay.size >= AT_ONCE) {
      this.left += 1;
      return;
    }
    const one = this.#work(++this.begun)
      .catch((error: unknown) => {
        const what = error instanceof Error ? error.message : String(error);
        this.faults.set(what, (this.faults.get(what) ?? 0) + 1);
      })
      .finally(() => this.#underWay.delete(one));
    this.#underWay.add(one);
  }
}
