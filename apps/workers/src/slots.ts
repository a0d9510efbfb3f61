/**
 * Whatever waits while no slot becomes free for so long waits for tasks that are long, and is better done elsewhere. Above what most tasks take:
 * it is claimed again, and again in vain where all are as busy.
 */
const PATIENCE_MS = 30_000;

interface Wish {
  readonly need: number;
  readonly alone: boolean;
}

interface Waiting extends Wish {
  /** @param isGiven false: it is not to wait any longer */
  readonly go: (isGiven: boolean) => void;
}

/** Disposed of when the task no longer runs. */
export interface Slot extends Disposable {
  /** The task waits for something outside: another may use the slot meanwhile, but nobody is alone yet. */
  lend(): void;
}

/** How many tasks a process runs at a time, over all its queues. First come, first served. */
export class Slots {
  readonly #count: number;
  readonly #patienceMs: number;
  readonly #onMove: () => void;
  #waiting: Waiting[] = [];
  #free: number;
  /** Tasks whose slots are lent. */
  #guests = 0;
  #isStuck = false;
  #patience: NodeJS.Timeout | undefined;

  /** @param options.onMove hears that slots become free again after none did for long */
  constructor(
    count: number,
    {
      patienceMs = PATIENCE_MS,
      onMove = () => {},
    }: { patienceMs?: number | undefined; onMove?: () => void } = {},
  ) {
    this.#count = count;
    this.#patienceMs = patienceMs;
    this.#onMove = onMove;
    this.#free = count;
  }

  /** No slot became free for so long that nobody waits any more: all are taken by long tasks. */
  get isStuck(): boolean {
    return this.#isStuck;
  }

  /** Undefined: no slot becomes free soon. */
  take(): Promise<Slot | undefined> {
    return this.#take({ need: 1, alone: false });
  }

  /** All of them: resolves when nothing else runs, however long that takes, and nothing else begins before it is given up. */
  async takeAll(): Promise<Slot> {
    return (await this.#take({ need: this.#count, alone: true }))!;
  }

  async #take(wish: Wish): Promise<Slot | undefined> {
    const { need } = wish;
    if (this.#waiting.length === 0 && this.#fits(wish)) this.#free -= need;
    else {
      const given = new Promise<boolean>((go) => this.#waiting.push({ ...wish, go }));
      if (!this.#patience) this.#watch();
      if (!(await given)) return undefined;
    }
    let has: 'slot' | 'guest' | undefined = 'slot';
    const become = (next: 'guest' | undefined): void => {
      if (has === 'slot') this.#free += need;
      if (has === 'guest') this.#guests -= 1;
      if (next) this.#guests += 1;
      has = next;
      this.#next();
    };
    return {
      lend: () => {
        if (has === 'slot') become('guest');
      },
      [Symbol.dispose]: () => {
        if (has) become(undefined);
      },
    };
  }

  #fits({ need, alone }: Wish): boolean {
    return need <= this.#free && !(alone && this.#guests > 0);
  }

  #next(): void {
    for (let first = this.#waiting[0]; first && this.#fits(first); first = this.#waiting[0]) {
      this.#waiting.shift();
      this.#free -= first.need;
      first.go(true);
    }
    this.#watch();
    if (!this.#isStuck) return;
    this.#isStuck = false;
    this.#onMove();
  }

  /** From now, when a slot became free or somebody began to wait for one. */
  #watch(): void {
    if (this.#waiting.length > 0) this.#patience = this.#patience?.refresh() ?? this.#startPatience();
    else this.#stopPatience();
  }

  #startPatience(): NodeJS.Timeout {
    return setTimeout(() => {
      this.#patience = undefined;
      this.#isStuck = true;
      const [alone, others] = [true, false].map((which) =>
        this.#waiting.filter((one) => one.alone === which),
      );
      this.#waiting = alone!;
      for (const { go } of others!) go(false);
    }, this.#patienceMs);
  }

  #stopPatience(): void {
    clearTimeout(this.#patience);
    this.#patience = undefined;
  }
}
