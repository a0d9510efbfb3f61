import type { Settlement } from '@intermodal/pipeline';
import type { Pool } from 'pg';

/** Makes tasks those of their settlers, though others may hold or have finished them: an engine without its fence. */
export const steal =
  (database: Pool) =>
  async (settlements: readonly Settlement[]): Promise<void> => {
    await database.query(
      `UPDATE intermodal.task t SET state = 'running', token = s.token, lease_until = clock_timestamp() + interval '10 s'
       FROM unnest($1::uuid[], $2::uuid[]) s(id, token) WHERE t.id = s.id AND t.token IS DISTINCT FROM s.token`,
      [settlements.map(({ taskId }) => taskId), settlements.map(({ token }) => token)],
    );
  };
