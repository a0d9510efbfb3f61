import { IntermodalError } from '@intermodal/contracts';
import { chooseEvictions } from './evictions.ts';
import { untilAborted } from '../until-aborted.ts';

/** A loaded model in the memory of a device. */
export interface Holding {
  readonly name: string;
  readonly pinned: boolean;
  /** What it needs, as far as is known. */
  readonly bytes: number;
  readonly usedAt: number;
  /** Whether it may leave now. */
  readonly isIdle: boolean;
  /** Resolves when its memory is free; `leave` was called then. */
  evict(): Promise<void>;
}

/** The memory that models may take on one device, and which of them take it. */
export class MemoryBudget {
  readonly limitBytes: number;
  /** The variable that sets it, for sentences. */
  readonly setting: string;
  readonly #held = new Set<Holding>();
  #turn: Promise<unknown> = Promise.resolve();
  #changed = Promise.withResolvers<void>();

  constructor(limitBytes: number, setting: string) {
    this.limitBytes = limitBytes;
    this.setting = setting;
  }

  get held(): readonly Holding[] {
    return [...this.#held];
  }

  get freeBytes(): number {
    return this.limitBytes - sum(this.#held);
  }

  /**
   * Lets a model in when there is room; others leave for it, or it waits for one that runs. First come, first served: a large
   * model is not passed by small ones for ever.
   * @throws IntermodalError `model.too_large`; the reason of `signal`
   */
  admit(holding: Holding, signal: AbortSignal): Promise<void> {
    const admitted = this.#turn.then(() => this.#admitNow(holding, signal));
    this.#turn = admitted.catch(() => {});
    return admitted;
  }

  leave(holding: Holding): void {
    if (this.#held.delete(holding)) this.changed();
  }

  /** To be called when a holding may leave, or its size has changed. */
  changed(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  /** Makes room where what is held has grown; everything that is idle leaves when less is not enough. */
  async shrink(neededBytes: number): Promise<void> {
    const leaving = chooseEvictions(this.#idle(), neededBytes) ?? this.#idle();
    await Promise.all(leaving.map((one) => one.evict()));
  }

  /** The most that a model could ever have: what pinned ones leave. */
  mostFor(holding: Holding): number {
    return this.limitBytes - sum(this.#pins(holding));
  }

  /** The error of a model for which there can never be room. */
  tooLarge(holding: Holding): IntermodalError | undefined {
    if (holding.bytes <= this.mostFor(holding)) return undefined;
    const pins = this.#pins(holding);
    const besides = pins.length === 0 ? '' : `, of which pinned ones hold ${megabytes(sum(pins))}`;
    const cure = pins.length === 0 ? 'or choose a smaller one' : 'or pin fewer models';
    const sentence =
      `The model ${holding.name} needs about ${megabytes(holding.bytes)}, and all models together may take ` +
      `${megabytes(this.limitBytes)} here${besides}. Raise ${this.setting}, ${cure}.`;
    return new IntermodalError('model.too_large', sentence);
  }

  async #admitNow(holding: Holding, signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const tooLarge = this.tooLarge(holding);
      if (tooLarge) throw tooLarge;
      const missing = holding.bytes - this.freeBytes;
      if (missing <= 0) return void this.#held.add(holding);
      const leaving = chooseEvictions(this.#idle(), missing);
      // Who leaves is seen by `leave`; who can not, is waited for.
      if (leaving) await Promise.all(leaving.map((one) => one.evict()));
      else await untilAborted(this.#changed.promise, signal);
    }
  }

  #pins(besides: Holding): readonly Holding[] {
    return [...this.#held].filter((one) => one.pinned && one !== besides);
  }

  #idle(): readonly Holding[] {
    return [...this.#held].filter((one) => one.isIdle && !one.pinned);
  }
}

const sum = (holdings: Iterable<Holding>): number =>
  [...holdings].reduce((total, { bytes }) => total + bytes, 0);

export const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1024 ** 2)} MiB`;
