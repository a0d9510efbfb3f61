import type { BenchStack } from './bench-stack.ts';
import type { Figure } from './figure.ts';

export interface BenchmarkContext {
  /** Fresh servers and an API, no worker yet. */
  startStack(): Promise<BenchStack>;
  /** Small numbers and few rounds: shows that everything works, and no figures. */
  readonly quick: boolean;
  readonly rounds: number;
  /** Says what is going on. */
  say(text: string): void;
}

/** Measures something, and fails when what ran was not right to the last task. */
export interface Benchmark {
  readonly name: string;
  run(context: BenchmarkContext): Promise<Figure[]>;
}
