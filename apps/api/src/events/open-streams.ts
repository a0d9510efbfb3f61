import { Inject, Injectable } from '@nestjs/common';
import { IntermodalError } from '@intermodal/contracts';
import { LIMITS, type ApiLimits } from '../parts.ts';

/** How many streams of each tenant this process serves. */
@Injectable()
export class OpenStreams {
  readonly #limits: ApiLimits;
  readonly #open = new Map<string, number>();

  constructor(@Inject(LIMITS) limits: ApiLimits) {
    this.#limits = limits;
  }

  /**
   * One more, until it is disposed of.
   * @throws IntermodalError `quota.streams`
   */
  open(tenantId: string): Disposable {
    const count = this.#open.get(tenantId) ?? 0;
    if (count >= this.#limits.streamsMax)
      throw new IntermodalError(
        'quota.streams',
        `You have ${count} streams open, and may have ${this.#limits.streamsMax}: close some, or watch a batch in place of its jobs.`,
      );
    this.#open.set(tenantId, count + 1);
    return {
      [Symbol.dispose]: () => {
        const left = this.#open.get(tenantId)! - 1;
        if (left === 0) this.#open.delete(tenantId);
        else this.#open.set(tenantId, left);
      },
    };
  }
}
