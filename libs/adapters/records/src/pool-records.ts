import type { LiveWorker, PoolRecords, StageBacklog } from '@intermodal/pipeline';
import type { Database } from './database.ts';

export const poolRecords = (database: Database): PoolRecords => ({
  workers: () =>
    database.query<LiveWorker>(
      'live_workers',
      'SELECT id, pool, host, stages, slots, engines, running, started_at AS "startedAt", seen_at AS "seenAt" FROM live_workers()',
      [],
    ),
  backlog: (stages, most) =>
    database.query<StageBacklog>(
      'stage_backlog',
      'SELECT stage, waiting, later, running, mean_ms AS "meanMs", running_ms AS "runningMs", open, estimated, limited FROM stage_backlog($1, $2)',
      [stages, most],
    ),
});
