/** How a pool grows and shrinks: as KEDA and the autoscaler behind it do by the backlog of the pool. */
export interface Scaling {
  /** Work, in seconds, that one slot may have before it. */
  readonly targetSeconds: number;
  readonly minWorkers: number;
  readonly maxWorkers: number;
  /** From when a worker is asked for to when it serves. */
  readonly startSeconds: number;
  /** How long less must be enough before there is less. */
  readonly calmSeconds: number;
}

/** Has something happen after so many seconds. */
export type Later = (seconds: number, what: (now: number) => void) => void;

interface Waiting {
  readonly seconds: number;
  readonly since: number;
  readonly done: (now: number) => void;
}

/** A pool of workers in simulated time: first come, first served. */
export class SimulatedPool {
  readonly waits: number[] = [];
  mostWorkers: number;
  workerSeconds = 0;
  readonly #slots: number;
  readonly #scaling: Scaling;
  readonly #later: Later;
  readonly #queue: Waiting[] = [];
  #head = 0;
  #running = 0;
  /** Seconds of work that wait or run. */
  #backlog = 0;
  #workers: number;
  #asked: number;
  #calm: { readonly since: number; readonly most: number } | undefined;
  #seenAt: number;

  constructor(now: number, slots: number, scaling: Scaling, later: Later) {
    this.#seenAt = now;
    this.#slots = slots;
    this.#scaling = scaling;
    this.#later = later;
    this.#workers = scaling.minWorkers;
    this.#asked = scaling.minWorkers;
    this.mostWorkers = scaling.minWorkers;
  }

  add(now: number, seconds: number, done: (now: number) => void): void {
    this.#backlog += this.#workOf(seconds);
    this.#queue.push({ seconds, since: now, done });
    this.#begin(now);
  }

  /** Many workers do one long task no sooner (decision 0033). */
  #workOf(seconds: number): number {
    return Math.min(seconds, this.#scaling.targetSeconds);
  }

  /** As a scaler that has just read the backlog. */
  look(now: number): void {
    this.workerSeconds += (now - this.#seenAt) * this.#asked;
    this.#seenAt = now;
    const { targetSeconds, minWorkers, maxWorkers, startSeconds, calmSeconds } = this.#scaling;
    const needed = Math.ceil(this.#backlog / (targetSeconds * this.#slots));
    const wanted = Math.min(maxWorkers, Math.max(minWorkers, needed));
    if (wanted > this.#asked) {
      const more = wanted - this.#asked;
      this.#asked = wanted;
      this.mostWorkers = Math.max(this.mostWorkers, wanted);
      this.#later(startSeconds, (started) => {
        this.#workers += more;
        this.#begin(started);
      });
    }
    if (wanted >= this.#asked) {
      this.#calm = undefined;
      return;
    }
    this.#calm = { since: this.#calm?.since ?? now, most: Math.max(this.#calm?.most ?? 0, wanted) };
    if (now - this.#calm.since < calmSeconds) return;
    // Those that started meanwhile stay; a busy one ends what it has begun.
    const fewer = this.#asked - this.#calm.most;
    this.#asked -= fewer;
    this.#workers -= fewer;
    this.#calm = undefined;
  }

  #begin(now: number): void {
    while (this.#running < this.#workers * this.#slots && this.#head < this.#queue.length) {
      const { seconds, since, done } = this.#queue[this.#head]!;
      this.#head += 1;
      if (this.#head > 10_000) this.#head -= this.#queue.splice(0, this.#head).length;
      this.#running += 1;
      this.waits.push(now - since);
      this.#later(seconds, (ended) => {
        this.#running -= 1;
        this.#backlog -= this.#workOf(seconds);
        done(ended);
        this.#begin(ended);
      });
    }
  }
}
