/** Work that a process may hold ahead of its slots, so that statements are large where tasks are short. */
const AHEAD_MS = 25;
/** Tasks of a stage that a process holds at once, at most. */
const HELD_MAX = 500;
/** How much the newest measurement counts. */
const NEWEST = 0.1;

interface StageAppetite {
  meanMs: number | undefined;
  held: number;
  readonly waiting: (() => void)[];
}

/**
 * How many tasks of each stage this process wants to hold: one per slot where tasks are long, so that the rest is free for
 * others; many where they are short. Measured, not configured.
 */
export class Appetite {
  readonly #slots: number;
  readonly #stages: Map<string, StageAppetite>;

  constructor(slots: number, stages: Iterable<string>) {
    this.#slots = slots;
    this.#stages = new Map([...stages].map((stage) => [stage, { meanMs: undefined, held: 0, waiting: [] }]));
  }

  /** Resolves when there is room for one more task. */
  async take(stage: string): Promise<Disposable> {
    const entry = this.#of(stage);
    if (entry.held >= this.#limit(entry)) await new Promise<void>((resolve) => entry.waiting.push(resolve));
    return this.add(stage);
  }

  /** Counts a task that the process has already. */
  add(stage: string): Disposable {
    const entry = this.#of(stage);
    entry.held += 1;
    let held = true;
    return {
      [Symbol.dispose]: () => {
        if (!held) return;
        held = false;
        entry.held -= 1;
        this.#wake(entry);
      },
    };
  }

  /** By stage, how many more tasks this process would take at once. */
  room(): Record<string, number> {
    return Object.fromEntries(
      [...this.#stages].map(([stage, entry]) => [stage, Math.max(0, this.#limit(entry) - entry.held)]),
    );
  }

  measured(stage: string, ms: number): void {
    const entry = this.#of(stage);
    entry.meanMs = entry.meanMs === undefined ? ms : entry.meanMs + NEWEST * (ms - entry.meanMs);
  }

  /** What was measured so far: mean milliseconds by stage. */
  means(): Record<string, number> {
    return Object.fromEntries(
      [...this.#stages].flatMap(([stage, { meanMs }]) => (meanMs === undefined ? [] : [[stage, meanMs]])),
    );
  }

  /** Everybody who waits for room goes on. */
  release(): void {
    for (const { waiting } of this.#stages.values()) for (const go of waiting.splice(0)) go();
  }

  #wake(entry: StageAppetite): void {
    // The limit may have grown: as many as fit.
    for (let room = this.#limit(entry) - entry.held; room > 0; room--) {
      const next = entry.waiting.shift();
      if (!next) return;
      next();
    }
  }

  #limit({ meanMs }: StageAppetite): number {
    if (meanMs === undefined) return this.#slots;
    return Math.min(
      HELD_MAX,
      Math.max(this.#slots, Math.floor((this.#slots * AHEAD_MS) / Math.max(meanMs, 0.01))),
    );
  }

  #of(stage: string): StageAppetite {
    const entry = this.#stages.get(stage);
    if (!entry) throw new Error(`this process does not serve ${stage}`);
    return entry;
  }
}
