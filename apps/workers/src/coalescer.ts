interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Natural batching: while a few statements are under way, whatever arrives meanwhile is the next batch. No timer, so an
 * idle worker pays no delay and a busy one sends few, large statements.
 */
export class Coalescer<Item, Result> {
  readonly #work: (items: readonly Item[]) => Promise<readonly Result[]>;
  readonly #maxItems: number;
  readonly #inFlight: number;
  #waiting: Waiting<Item, Result>[] = [];
  #running = 0;

  /** @param work answers one result per item, in order */
  constructor(
    work: (items: readonly Item[]) => Promise<readonly Result[]>,
    options: { maxItems: number; inFlight: number },
  ) {
    this.#work = work;
    this.#maxItems = options.maxItems;
    this.#inFlight = options.inFlight;
  }

  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      // Not at once: tasks that end in the same turn of the event loop travel together.
      setImmediate(() => void this.#flush());
    });
  }

  async #flush(): Promise<void> {
    if (this.#running >= this.#inFlight || this.#waiting.length === 0) return;
    const batch = this.#waiting.splice(0, this.#maxItems);
    this.#running += 1;
    try {
      const results = await this.#work(batch.map(({ item }) => item));
      for (const [i, { resolve }] of batch.entries()) resolve(results[i]!);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    } finally {
      this.#running -= 1;
      void this.#flush();
    }
  }
}
