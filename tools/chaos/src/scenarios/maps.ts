import { defineScenario } from '../scenario.ts';
import type { Work } from '../round/work.ts';

/** Tasks of one stage that a worker may have in hand, however short they are. */
const TINY_IN_HAND = 100;

export default defineScenario({
  name: 'maps',
  injects:
    'maps of 0, 1, 2 and many items, nested ones, ones with failing items under every join and onError',
  short: { widest: 1_000, nested: 5, kills: 2 },
  full: { widest: 10_000, nested: 20, kills: 10 },
  slots: 8,
  effects: ['kills', 'lease-expiries'],
  async run(round, { widest, nested, kills }) {
    const counts = [0, 1, 2, 10, widest];
    const failing = [0, 1, 10, 100].flatMap((count) =>
      ['user', 'bug'].map((kind): Work => ({
        pipeline: 'trial-policies',
        input: { count },
        params: { kind, fraction: 0.1 },
      })),
    );
    // Of items that take next to no time, a worker has many done and not yet settled when it is killed.
    round.allow(kills * TINY_IN_HAND);
    await Promise.all([
      round.submitAll([
        ...counts.map((count): Work => ({ pipeline: 'trial-map', input: { count }, params: { ms: 5 } })),
        ...[0, 1, 2, nested].map((count): Work => ({
          pipeline: 'trial-nested',
          input: { count },
          params: {},
        })),
        ...failing,
      ]),
      round.every(1_500, kills, () => round.killAny(round.stack.workers)),
    ]);
  },
});
