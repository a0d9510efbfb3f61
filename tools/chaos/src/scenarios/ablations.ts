import { defineScenario, type Scenario } from '../scenario.ts';
import apiKills from './api-kills.ts';
import workerKills from './worker-kills.ts';
import zombies from './zombies.ts';
import { chains } from '../round/work.ts';

/** More of it proves no more. */
const both = <Size extends object>(size: Size): { short: Size; full: Size } => ({ short: size, full: size });

/** The engine without a part of it: each must break the laws that the part is for, or the laws are not seen. */
export const ablations: readonly Scenario[] = [
  {
    ...workerKills,
    name: 'without-sweeper',
    injects: 'SIGKILL of workers, and nobody sweeps',
    // So many at once that a kill meets somebody at work.
    ...both({ jobs: 60, kills: 4, everyMs: 1_000 }),
    fullEnvironment: {},
    effects: ['kills'],
    without: { part: 'sweeper', breaks: ['L2', 'L7'] },
  },
  {
    ...zombies,
    name: 'without-fence',
    injects: 'workers stopped and continued, and what they say late is taken',
    ...both(zombies.short),
    effects: ['stops', 'lease-expiries'],
    without: { part: 'fence', breaks: ['L3'] },
  },
  {
    ...apiKills,
    name: 'without-idempotency',
    injects: 'SIGKILL of the API after it accepted, and keys that mean nothing',
    ...both({ jobs: 100, kills: 3, everyMs: 1_000 }),
    apiFailpoints: 'submit.after:25',
    mayDie: true,
    effects: ['refused-submits'],
    without: { part: 'idempotency', breaks: ['L1'] },
  },
  defineScenario({
    name: 'without-message-ids',
    injects: 'receivers that refuse, and a new id for every attempt',
    ...both({ jobs: 20 }),
    effects: ['redeliveries'],
    without: { part: 'message-ids', breaks: ['L6'] },
    run: (round, { jobs }) => round.submitAll(chains(jobs, 0)),
  }),
];
