/** Level of each frame in decibels of full scale, after a high-pass filter that takes hum and offset away. */
export class FrameLevels {
  readonly frameSamples: number;
  readonly #levels: number[] = [];
  readonly #keep: number;
  #lastInput = 0;
  #lastOutput = 0;
  #energy = 0;
  #filled = 0;

  constructor(options: { sampleRate: number; frameMs: number }) {
    this.frameSamples = Math.round((options.sampleRate * options.frameMs) / 1000);
    // A one-pole high-pass with its corner at 100 Hz.
    this.#keep = Math.exp((-2 * Math.PI * 100) / options.sampleRate);
  }

  push(samples: Int16Array): void {
    for (const sample of samples) {
      const input = sample / 32_768;
      this.#lastOutput = this.#keep * (this.#lastOutput + input - this.#lastInput);
      this.#lastInput = input;
      this.#energy += this.#lastOutput ** 2;
      if (++this.#filled === this.frameSamples) this.#finish();
    }
  }

  /** Ends the last, shorter frame. @returns the level of every frame */
  end(): Float32Array {
    if (this.#filled > 0) this.#finish();
    return Float32Array.from(this.#levels);
  }

  #finish(): void {
    this.#levels.push(10 * Math.log10(this.#energy / this.#filled + 1e-12));
    this.#energy = 0;
    this.#filled = 0;
  }
}
