/** Who is on the way to a place, so that somebody there can wait for company. */
export class Arrivals {
  readonly #coming = new Map<string, number>();
  readonly #listeners = new Set<() => void>();

  /** One more is on the way, until it is disposed of: it has arrived, or never will. */
  expect(place: string): Disposable {
    this.#count(place, 1);
    let isComing = true;
    return {
      [Symbol.dispose]: () => {
        if (isComing) this.#count(place, -1);
        isComing = false;
      },
    };
  }

  /** Resolves when it is enough, when nobody is on the way, or after so long. */
  async wait(place: string, maxMs: number, isEnough: () => boolean): Promise<void> {
    const isOver = (): boolean => isEnough() || !this.#coming.has(place);
    if (isOver()) return;
    await new Promise<void>((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#listeners.delete(look);
        resolve();
      };
      const look = (): void => {
        if (isOver()) end();
      };
      const timer = setTimeout(end, maxMs);
      this.#listeners.add(look);
    });
  }

  #count(place: string, change: 1 | -1): void {
    const count = (this.#coming.get(place) ?? 0) + change;
    if (count === 0) this.#coming.delete(place);
    else this.#coming.set(place, count);
    for (const look of this.#listeners) look();
  }
}
