import { LAWS, type Law, type Violation } from '../check/law.ts';
import type { RoundResult } from '../round/round.ts';
import { percentile } from '../round/restart-times.ts';
import type { Scenario } from '../scenario.ts';

/** What one scenario came to, as it is printed and written as JSON. */
export interface Verdict {
  readonly name: string;
  readonly injects: string;
  readonly passed: boolean;
  /** One sentence each. */
  readonly reasons: readonly string[];
  readonly jobs: number;
  readonly tasks: number;
  /** How many violations of each law. */
  readonly laws: Readonly<Record<Law, number>>;
  readonly effects: Readonly<Record<string, number>>;
  readonly reExecutions: number;
  /** Of what was killed; null when nothing was. */
  readonly restartP99Ms: number | null;
  readonly seconds: number;
  /** Steps that the scenario cannot meet, and why. */
  readonly unmet: Readonly<Record<string, string>>;
}

/** How many violations of one law are told in words. */
const TOLD = 3;

export function verdictOf(
  scenario: Scenario,
  result: RoundResult,
  seconds: number,
  form: 'short' | 'full',
): Verdict {
  const { record, violations, effects, reExecutions, restartsMs } = result;
  const of = (law: Violation['law']): Violation[] => violations.filter((one) => one.law === law);
  const laws = Object.fromEntries((Object.keys(LAWS) as Law[]).map((law) => [law, of(law).length])) as Record<
    Law,
    number
  >;
  const unseen = scenario.effects.filter((effect) => (effects.get(effect) ?? 0) === 0);
  const reasons = unseen.map((effect) => `no ${effect} were seen: nothing was tried`);
  if (scenario.without) {
    const { part, breaks } = scenario.without;
    if (!breaks.some((law) => laws[law] > 0))
      reasons.push(`without ${part} none of ${breaks.join(', ')} was broken: the laws do not see it`);
  } else {
    for (const law of [...(Object.keys(LAWS) as Law[]), 'also'] as const) reasons.push(...told(law, of(law)));
  }
  const restartP99Ms = restartsMs.length === 0 ? null : percentile(restartsMs, 0.99);
  const limitMs = form === 'full' ? (scenario.fullRestartP99MaxMs ?? Infinity) : Infinity;
  if (restartP99Ms !== null && restartP99Ms > limitMs)
    reasons.push(`the p99 of restarts is ${restartP99Ms} ms; ${limitMs} ms is the limit`);
  return {
    name: scenario.name,
    injects: scenario.injects,
    passed: reasons.length === 0,
    reasons,
    jobs: record.jobs.length,
    tasks: record.tasks.length,
    laws,
    effects: Object.fromEntries([...effects].sort(([a], [b]) => (a < b ? -1 : 1))),
    reExecutions,
    restartP99Ms,
    seconds,
    unmet: scenario.unmet ?? {},
  };
}

function told(law: Violation['law'], violations: readonly Violation[]): string[] {
  const rest = violations.length - TOLD;
  return [
    ...violations.slice(0, TOLD).map(({ what }) => `${law}: ${what}`),
    ...(rest > 0 ? [`${law}: and ${rest} more`] : []),
  ];
}

/** A scenario that could not be run to its end. */
export const brokenOff = (scenario: Scenario, error: unknown, seconds: number): Verdict => ({
  name: scenario.name,
  injects: scenario.injects,
  passed: false,
  reasons: [`broke off: ${String((error as Error).stack ?? error)}`],
  jobs: 0,
  tasks: 0,
  laws: Object.fromEntries(Object.keys(LAWS).map((law) => [law, 0])) as Record<Law, number>,
  effects: {},
  reExecutions: 0,
  restartP99Ms: null,
  seconds,
  unmet: scenario.unmet ?? {},
});
