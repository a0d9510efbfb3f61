import type { Figure } from '../figure.ts';
import type { MachineFacts } from '../machine/facts.ts';

/** What one benchmark measured, and on what. */
export interface Result {
  readonly benchmark: string;
  readonly facts: MachineFacts;
  readonly rounds: number;
  readonly figures: readonly Figure[];
}

export interface Report {
  readonly quick: boolean;
  readonly results: readonly Result[];
}

/** New results in the place of those of the same benchmarks; the others stay as they were. */
export function merged(stored: Report | undefined, fresh: Report, order: readonly string[]): Report {
  const results = new Map([...(stored?.results ?? []), ...fresh.results].map((one) => [one.benchmark, one]));
  return { quick: fresh.quick, results: order.flatMap((name) => results.get(name) ?? []) };
}
