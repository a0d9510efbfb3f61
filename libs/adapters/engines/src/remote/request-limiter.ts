const MINUTE_MS = 60_000;

interface Waiting {
  readonly ask: () => boolean;
  readonly stop: () => void;
}

/** How much may be asked of one server by one process: calls at a time, and requests in any minute. First come, first served. */
export class RequestLimiter {
  readonly #maxInFlight: number;
  readonly #maxPerMinute: number;
  readonly #places: Waiting[] = [];
  readonly #turns: Waiting[] = [];
  /** When the requests of the last minute were sent, the oldest first. */
  readonly #sentAt: number[] = [];
  #inFlight = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(limits: { readonly maxInFlight: number; readonly maxPerMinute?: number | undefined }) {
    this.#maxInFlight = limits.maxInFlight;
    this.#maxPerMinute = limits.maxPerMinute ?? Infinity;
  }

  /** A place for one call, until it is disposed. @throws the reason of the signal */
  async place(signal: AbortSignal): Promise<Disposable> {
    await wait(this.#places, signal, () => {
      if (this.#inFlight >= this.#maxInFlight) return false;
      this.#inFlight += 1;
      return true;
    });
    return {
      [Symbol.dispose]: () => {
        this.#inFlight -= 1;
        serve(this.#places);
      },
    };
  }

  /** Waits until a request may be sent, which then counts for a minute. @throws the reason of the signal */
  turn(signal: AbortSignal): Promise<void> {
    return wait(this.#turns, signal, () => this.#mayBeSent());
  }

  #mayBeSent(): boolean {
    const now = performance.now();
    while (this.#sentAt.length > 0 && this.#sentAt[0]! <= now - MINUTE_MS) this.#sentAt.shift();
    if (this.#sentAt.length < this.#maxPerMinute) {
      if (this.#maxPerMinute < Infinity) this.#sentAt.push(now);
      return true;
    }
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined;
        serve(this.#turns);
      },
      Math.ceil(this.#sentAt[0]! + MINUTE_MS - now),
    );
    return false;
  }
}

async function wait(queue: Waiting[], signal: AbortSignal, ask: () => boolean): Promise<void> {
  signal.throwIfAborted();
  if (queue.length === 0 && ask()) return;
  return new Promise((resolve, reject) => {
    const waiting: Waiting = {
      ask,
      stop: () => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      },
    };
    const onAbort = (): void => {
      queue.splice(queue.indexOf(waiting), 1);
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    queue.push(waiting);
  });
}

function serve(queue: Waiting[]): void {
  while (queue[0]?.ask()) queue.shift()!.stop();
}
