import { defineScenario } from '../scenario.ts';
import type { Work } from '../round/work.ts';

/** Longer than a settlement takes, so that a worker that is killed has items under way, and not only ones that are not on record yet. */
const MS = 100;

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
        params: { kind, fraction: 0.1, ms: MS },
      })),
    );
    await Promise.all([
      round.submitAll([
        ...counts.map((count): Work => ({ pipeline: 'trial-map', input: { count }, params: { ms: MS } })),
        ...[0, 1, 2, nested].map((count): Work => ({
          pipeline: 'trial-nested',
          input: { count },
          params: { ms: MS },
        })),
        ...failing,
      ]),
      round.every(1_500, kills, () => round.killAny(round.stack.workers)),
    ]);
  },
});
