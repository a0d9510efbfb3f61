import type { TrialStackOptions } from '@intermodal/trial';
import type { BenchStack } from './bench-stack.ts';
import type { Figure } from './figure.ts';

export interface BenchmarkContext {
  /** Fresh servers and an API; no worker yet, unless told. */
  startStack(options?: Partial<TrialStackOptions>): Promise<BenchStack>;
  /** Small numbers and few rounds: shows that everything works, and no figures. */
  readonly quick: boolean;
  readonly rounds: number;
  /** Of the soak; its own choice when left out. */
  readonly minutes?: number;
  /** What is taken down when the benchmark ends, also when it is broken off. */
  readonly open: AsyncDisposableStack;
  readonly signal: AbortSignal;
  /** For processes that the benchmark starts itself. */
  readonly environment: NodeJS.ProcessEnv;
  /** Says what is going on. */
  say(text: string): void;
}

/** Measures something, and fails when what ran was not right to the last task. */
export interface Benchmark {
  readonly name: string;
  /** Too long to be part of a run of everything. */
  readonly onlyByName?: boolean;
  run(context: BenchmarkContext): Promise<Figure[]>;
}
