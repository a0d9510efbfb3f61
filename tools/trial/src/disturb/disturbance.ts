import { EffectLog } from './effect-log.ts';
import { Failpoints } from './failpoints.ts';

/** A part of the engine that a trial can run without, to see that it is missed. */
export const PARTS = ['sweeper', 'fence', 'idempotency', 'message-ids'] as const;
export type Part = (typeof PARTS)[number];

/** Everything by which a trial's process differs from one in production. */
export interface Disturbance {
  readonly failpoints: Failpoints;
  readonly effects: EffectLog;
  readonly without: ReadonlySet<Part>;
  /** Every delivery goes into the queue twice. */
  readonly doubled: boolean;
}

/** From `INTERMODAL_FAILPOINTS`, `TRIAL_EFFECTS` (a file), `TRIAL_WITHOUT` and `TRIAL_DOUBLED`. */
export function disturbanceOf(environment: NodeJS.ProcessEnv): Disturbance {
  const effects = new EffectLog(environment.TRIAL_EFFECTS);
  const without = (environment.TRIAL_WITHOUT ?? '').split(',').filter(Boolean);
  const unknown = without.find((name) => !PARTS.some((part) => part === name));
  if (unknown !== undefined) throw new Error(`There is no part '${unknown}' to do without.`);
  return {
    effects,
    failpoints: new Failpoints(environment.INTERMODAL_FAILPOINTS, (point) =>
      effects.count(`failpoint:${point}`),
    ),
    without: new Set(without as Part[]),
    doubled: environment.TRIAL_DOUBLED === 'true',
  };
}
