interface Wish {
  readonly need: number;
  readonly alone: boolean;
}

interface Waiting extends Wish {
  readonly go: () => void;
}

/** Disposed of when the task no longer runs. */
export interface Slot extends Disposable {
  /** The task waits for something outside: another may use the slot meanwhile, but nobody is alone yet. */
  lend(): void;
}

/** How many tasks a process runs at a time, over all its queues. First come, first served. */
export class Slots {
  readonly #count: number;
  readonly #waiting: Waiting[] = [];
  #free: number;
  /** Tasks whose slots are lent. */
  #guests = 0;

  constructor(count: number) {
    this.#count = count;
    this.#free = count;
  }

  take(): Promise<Slot> {
    return this.#take({ need: 1, alone: false });
  }

  /** All of them: resolves when nothing else runs, and nothing else begins before it is given up. */
  takeAll(): Promise<Slot> {
    return this.#take({ need: this.#count, alone: true });
  }

  async #take(wish: Wish): Promise<Slot> {
    const { need } = wish;
    if (this.#waiting.length === 0 && this.#fits(wish)) this.#free -= need;
    else await new Promise<void>((go) => this.#waiting.push({ ...wish, go }));
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
      first.go();
    }
  }
}
