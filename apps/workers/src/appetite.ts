/** Work that a process may hold ahead of its slots, so that statements are large where tasks are short. */
const AHEAD_MS = 25;
/** Tasks of a stage that a process holds at once, at most. */
const HELD_MAX = 500;
/** How much the newest measurement counts. */
const NEWEST = 0.1;

interface StageAppetite {
  /** Tasks that are held if there are so many. */
  readonly least: number;
  meanMs: number | undefined;
  /** Not run yet. */
  held: number;
  /** Run, and not on record yet. */
  unsettled: number;
  readonly waiting: (() => void)[];
}

/** The place of a task in this process. Disposed of when the task is settled, or lost. */
export interface Place extends Disposable {
  /** It ran: another may be held in its place, while it is settled. */
  ran(): void;
}

/**
 * How many tasks of each stage this process wants to hold: one per slot where tasks are long, so that the rest is free for
 * others; many where they are short. Measured, not configured.
 */
export class Appetite {
  readonly #slots: number;
  readonly #stages: Map<string, StageAppetite>;
  readonly #onHunger: (stage: string) => void;
  readonly #isStuck: () => boolean;

  /**
   * @param options.together of stages whose tasks go through a model together: how many
   * @param options.isStuck whether no slot becomes free soon: then nothing is wanted, until `moved`
   * @param options.onHunger hears of a stage each time that a task has ended and `wants` gives more than 0
   */
  constructor(
    slots: number,
    stages: Iterable<string>,
    {
      together,
      isStuck = () => false,
      onHunger = () => {},
    }: {
      together?: ReadonlyMap<string, number>;
      isStuck?: () => boolean;
      onHunger?: (stage: string) => void;
    } = {},
  ) {
    this.#slots = slots;
    this.#isStuck = isStuck;
    this.#onHunger = onHunger;
    const entryOf = (stage: string): StageAppetite => ({
      // One micro-batch is on the model, the next one is prepared.
      least: Math.max(slots, 2 * (together?.get(stage) ?? 0)),
      ...{ meanMs: undefined, held: 0, unsettled: 0, waiting: [] },
    });
    this.#stages = new Map([...stages].map((stage) => [stage, entryOf(stage)]));
  }

  /** Resolves when there is room for one more task. */
  async take(stage: string): Promise<Place> {
    const entry = this.#of(stage);
    if (entry.held >= this.#limit(entry)) await new Promise<void>((resolve) => entry.waiting.push(resolve));
    return this.add(stage);
  }

  /** Counts a task that the process has already. */
  add(stage: string): Place {
    const entry = this.#of(stage);
    entry.held += 1;
    let where: 'held' | 'unsettled' | undefined = 'held';
    const move = (to: 'unsettled' | undefined): void => {
      if (where === undefined || where === to) return;
      entry[where] -= 1;
      if (to) entry[to] += 1;
      if (where === 'held') this.#wake(entry);
      where = to;
      if (this.#hunger(entry) > 0) this.#onHunger(stage);
    };
    return { ran: () => move('unsettled'), [Symbol.dispose]: () => move(undefined) };
  }

  /** By stage, how many more tasks this process would take at once. */
  room(): Record<string, number> {
    return this.#each((entry) => Math.max(0, this.#limit(entry) - entry.held));
  }

  /**
   * By stage, how many tasks this process should ask for: enough for a large statement, or none. Never so many that what it ran
   * comes faster than it is settled.
   */
  wants(): Record<string, number> {
    return this.#each((entry) => this.#hunger(entry));
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

  /** Slots become free again. */
  moved(): void {
    for (const [stage, entry] of this.#stages) {
      this.#wake(entry);
      if (this.#hunger(entry) > 0) this.#onHunger(stage);
    }
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

  #hunger(entry: StageAppetite): number {
    const limit = this.#limit(entry);
    const room = Math.min(limit - entry.held, 2 * limit - entry.held - entry.unsettled);
    return room > 0 && 2 * room >= limit ? room : 0;
  }

  #each(of: (entry: StageAppetite) => number): Record<string, number> {
    return Object.fromEntries([...this.#stages].map(([stage, entry]) => [stage, of(entry)]));
  }

  #limit({ meanMs, least }: StageAppetite): number {
    if (this.#isStuck()) return 0;
    if (meanMs === undefined) return least;
    return Math.max(least, Math.min(HELD_MAX, Math.floor((this.#slots * AHEAD_MS) / Math.max(meanMs, 0.01))));
  }

  #of(stage: string): StageAppetite {
    const entry = this.#stages.get(stage);
    if (!entry) throw new Error(`this process does not serve ${stage}`);
    return entry;
  }
}
