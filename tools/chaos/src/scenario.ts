import type { Part, Step, TrialStackOptions } from '@intermodal/trial';
import type { Law } from './check/law.ts';
import type { Round } from './round/round.ts';

/** One kind of fault: how it is made, and what must be seen of it. */
export interface Scenario<Size extends object = object> {
  readonly name: string;
  /** What it injects, in a few words for the table. */
  readonly injects: string;
  /** In which form of the suite it is played; in both when left out. */
  readonly form?: 'short' | 'full';
  readonly short: Size;
  readonly full: Size;
  readonly stack?: Partial<Pick<TrialStackOptions, 'workers' | 'apis' | 'environment' | 'drainMs'>>;
  /** Settings of the full form, in place of the short times of the suite. */
  readonly fullEnvironment?: Readonly<Record<string, string>>;
  /** Tasks that a worker runs at a time; 2 when left out. */
  readonly slots?: number;
  /** Artifacts go through a proxy that can fail; needs a real S3. */
  readonly faultyS3?: boolean;
  /** Every part on a host of its own; needs root, and a real S3. */
  readonly hosts?: boolean;
  /** All processes begin as programs of an earlier version, `round.previous`. */
  readonly fromPrevious?: boolean;
  /** Played only when it is asked for by name. */
  readonly byName?: boolean;
  /** The clocks of the workers are ten minutes off. */
  readonly clocksOff?: boolean;
  /** Of every life of every API process. */
  readonly apiFailpoints?: string;
  /** Of every life of a worker process. */
  readonly workerFailpoints?: (index: number) => string;
  /** The engine runs without this, and must then break one of the laws named. */
  readonly without?: { readonly part: Part; readonly breaks: readonly Law[] };
  /** A task may be given up only for what it is; elsewhere an innocent one may be in three processes that are killed. */
  readonly noneGivenUp?: boolean;
  /** Processes are made to end in ways that are not counted, always by SIGKILL or in order. */
  readonly mayDie?: boolean;
  /** In the full form what was killed must have been started again within this, in 99 of 100 cases: with the lease of production. */
  readonly fullRestartP99MaxMs?: number;
  /** Steps whose failpoints cannot be met here, and why. */
  readonly unmet?: Readonly<Partial<Record<Step, string>>>;
  /** Each must have been seen, or nothing was tested. */
  readonly effects: readonly string[];
  run(round: Round, size: Size): Promise<void>;
}

export const defineScenario = <Size extends object>(scenario: Scenario<Size>): Scenario => scenario;
