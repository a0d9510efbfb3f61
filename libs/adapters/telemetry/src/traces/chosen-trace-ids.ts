import type { IdGenerator } from '@opentelemetry/sdk-trace';

/** Random ids, except for a root whose trace is known beforehand. */
export class ChosenTraceIds implements IdGenerator {
  readonly #random: IdGenerator;
  #chosen: string | undefined;

  constructor(random: IdGenerator) {
    this.#random = random;
  }

  /** The root span that `start` starts is of this trace. */
  choose<Result>(traceId: string, start: () => Result): Result {
    this.#chosen = traceId;
    try {
      return start();
    } finally {
      this.#chosen = undefined;
    }
  }

  generateTraceId(): string {
    return this.#chosen ?? this.#random.generateTraceId();
  }

  generateSpanId(): string {
    return this.#random.generateSpanId();
  }
}
