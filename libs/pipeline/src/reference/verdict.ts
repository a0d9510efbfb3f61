import type { PlanJoin } from '../plan.ts';

/** Items of an each by what is known of them. What is neither good nor bad is still open. */
export interface Items {
  readonly all: number;
  readonly good: number;
  readonly bad: number;
}

/** What an each has come to: the table of decision 0009. Undefined: nothing yet. */
export function verdict(join: PlanJoin, { all, good, bad }: Items): 'succeeds' | 'fails' | undefined {
  const [succeeds, fails] = {
    all: [good === all, bad > 0],
    any: [good > 0 || all === 0, bad === all],
    quorum: [good >= countOf(join), all - bad < countOf(join)],
    always: [good + bad === all, false],
  }[join.kind] as [boolean, boolean];
  if (succeeds) return 'succeeds';
  return fails ? 'fails' : undefined;
}

const countOf = (join: PlanJoin): number => (join.kind === 'quorum' ? join.count : 0);
