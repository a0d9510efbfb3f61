/** Numbers that look random and are the same for the same seed. Marsaglia's xorshift, 32 bits (2003). */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed === 0 ? 1 : seed;
  }

  /** Between 0 and 1, neither of them. */
  next(): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return ((x >>> 0) + 0.5) / 2 ** 32;
  }

  /** Of a mean: how long until the next of what comes independently of each other. */
  exponential(mean: number): number {
    return -mean * Math.log(this.next());
  }

  /** Never below zero, with a long tail, as the times of work are. */
  logNormal(mean: number, deviation: number): number {
    if (deviation === 0) return mean;
    const variance = Math.log(1 + (deviation / mean) ** 2);
    const normal = Math.sqrt(-2 * Math.log(this.next())) * Math.cos(2 * Math.PI * this.next());
    return Math.exp(Math.log(mean) - variance / 2 + Math.sqrt(variance) * normal);
  }

  /** A whole number whose mean is this one. */
  round(mean: number): number {
    return Math.floor(mean) + (this.next() < mean - Math.floor(mean) ? 1 : 0);
  }
}
