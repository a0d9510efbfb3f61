interface Waiting {
  readonly need: number;
  readonly go: () => void;
}

/** How many tasks a process runs at a time, over all its queues. First come, first served. */
export class Slots {
  readonly #count: number;
  readonly #waiting: Waiting[] = [];
  #free: number;

  constructor(count: number) {
    this.#count = count;
    this.#free = count;
  }

  take(): Promise<Disposable> {
    return this.#take(1);
  }

  /** All of them: resolves when nothing else runs, and nothing else begins before it is given up. */
  takeAll(): Promise<Disposable> {
    return this.#take(this.#count);
  }

  async #take(need: number): Promise<Disposable> {
    if (this.#waiting.length === 0 && this.#free >= need) this.#free -= need;
    else await new Promise<void>((go) => this.#waiting.push({ need, go }));
    let taken = true;
    return {
      [Symbol.dispose]: () => {
        if (!taken) return;
        taken = false;
        this.#free += need;
        this.#next();
      },
    };
  }

  #next(): void {
    for (let first = this.#waiting[0]; first && first.need <= this.#free; first = this.#waiting[0]) {
      this.#waiting.shift();
      this.#free -= first.need;
      first.go();
    }
  }
}
