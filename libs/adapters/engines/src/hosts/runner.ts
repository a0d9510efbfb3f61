import type { ErrorCode } from '@intermodal/contracts';
import type { Device } from '@intermodal/models';

/**
 * What runs models of one engine, in the process of the model. A runner is a module that exports `load` and is named by its
 * address (`runnerAddress`), so that the process loads this one's library and no other.
 */
export interface RunnerModule {
  load(options: LoadOptions): Promise<Runner>;
}

export interface LoadOptions {
  /** Of the spec. */
  readonly load: unknown;
  readonly device: Device;
  readonly threads: number;
}

export interface Runner {
  /** One call after the other, never two at once. */
  handle(request: unknown, call: RunnerCall): Promise<unknown>;
}

export interface RunnerCall {
  /**
   * Aborts when the answer is no longer wanted. It is only heard while the thread is free; the process of one that goes on for a
   * second is ended.
   */
  readonly signal: AbortSignal;
  /**
   * To be called now and then by what takes long.
   * @param forMs how long there may be no sign of it from now on, where one native run is known to take longer than others may
   */
  alive(forMs?: number): void;
  partial(value: unknown): void;
}

/** What a runner throws when it knows what is wrong. IntermodalError is not loaded in the processes of models: they are to be small. */
export class RunnerFault extends Error {
  override readonly name = 'RunnerFault';
  readonly code: ErrorCode;

  /** @param clause stands behind `The model NAME`, e.g. `failed: its input a is missing.` */
  constructor(code: ErrorCode, clause: string) {
    super(clause);
    this.code = code;
  }
}

/** The address of a module beside the one that asks: of its source under the tests, and of what was built otherwise. */
export const runnerAddress = (asker: string, name: string): string =>
  new URL(`${name}${asker.endsWith('.ts') ? '.ts' : '.js'}`, asker).href;
