import type { FigureRecords, LaneFigures } from '@intermodal/pipeline';
import type { Database } from './database.ts';

/** Ready tasks of a stage, and messages, are counted up to here. */
const COUNTED_MOST = 10_000;
/** Tenants and lanes of a stage that are looked at. */
const STREAMS_MOST = 1_000;

const LANES = ['interactive', 'batch'] as const;

export const figureRecords = (database: Database): FigureRecords => ({
  async lanes(stages) {
    const rows = await database.query<Omit<LaneFigures, 'lane'> & { lane: number }>(
      'lane_figures',
      'SELECT stage, lane, ready, capped, later, leased FROM lane_figures($1, $2)',
      [stages, COUNTED_MOST],
    );
    return rows.map((row) => ({ ...row, lane: LANES[row.lane]! }));
  },

  async ages(stages) {
    const rows = await database.query<{ stage: string; age: number }>(
      'stage_ages',
      'SELECT stage, age FROM stage_ages($1, $2)',
      [stages, STREAMS_MOST],
    );
    return Object.fromEntries(rows.map(({ stage, age }) => [stage, age]));
  },

  async tenants(stages) {
    const [lanes, [share]] = await Promise.all([
      database.query<{ lane: number; waiting: number; ages: [number, number, number] | null }>(
        'tenant_figures',
        'SELECT lane, waiting, ages FROM tenant_figures($1, $2)',
        [stages, STREAMS_MOST],
      ),
      database.query<{ share: number | null }>('tenant_share_max', 'SELECT tenant_share_max() AS share', []),
    ]);
    return {
      lanes: lanes.map(({ lane, waiting, ages }) => ({
        ...{ lane: LANES[lane]!, waiting },
        waitSeconds: waiting === 0 ? null : ages,
      })),
      shareMax: share!.share,
    };
  },

  async webhooks() {
    const [row] = await database.query<{ due: number; later: number; late: number; breakers: number }>(
      'webhook_figures',
      'SELECT due, later, late, breakers FROM webhook_figures($1)',
      [COUNTED_MOST],
    );
    return { due: row!.due, later: row!.later, lateSeconds: row!.late, openBreakers: row!.breakers };
  },
});
