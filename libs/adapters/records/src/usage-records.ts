import type { Standing, UsageDay, UsageRecords, UsageShare } from '@intermodal/pipeline';
import type { Database } from './database.ts';

/** Sums as JSON numbers: pg gives bigint and numeric as text. */
const SUMS = `sum(u.tasks)::float8 AS tasks, sum(u.seconds) AS "computeSeconds", sum(u.prompt_tokens)::float8 AS "promptTokens",
  sum(u.completion_tokens)::float8 AS "completionTokens"`;

export function usageRecords(database: Database): UsageRecords {
  return {
    async standing(tenantId) {
      const [row] = await database.query<Standing>(
        'usage_standing',
        `SELECT stored_bytes::float8 AS "storedBytes", compute_seconds AS "computeSeconds", stored_bytes_max::float8 AS "storedBytesMax",
           compute_seconds_max::float8 AS "computeSecondsMax" FROM standing_of($1)`,
        [tenantId],
      );
      return row;
    },
    days: (tenantId, from, to) =>
      database.query<UsageDay>(
        'usage_days',
        `WITH task AS (
           SELECT u.day, ${SUMS} FROM usage_task u WHERE u.tenant_id = $1 AND u.day BETWEEN $2 AND $3 GROUP BY u.day
         ), day AS (
           SELECT d.* FROM usage_day d WHERE d.tenant_id = $1 AND d.day BETWEEN $2 AND $3
         )
         SELECT to_char(day, 'YYYY-MM-DD') AS day, coalesce(d.completed, 0)::float8 AS completed, coalesce(d.failed, 0)::float8 AS failed,
           coalesce(d.cancelled, 0)::float8 AS cancelled, coalesce(d.uploaded, 0)::float8 AS "uploadedBytes", coalesce(d.made, 0)::float8 AS "madeBytes",
           coalesce(t.tasks, 0) AS tasks, coalesce(t."computeSeconds", 0) AS "computeSeconds", coalesce(t."promptTokens", 0) AS "promptTokens",
           coalesce(t."completionTokens", 0) AS "completionTokens"
         FROM day d FULL JOIN task t USING (day) ORDER BY day`,
        [tenantId, from, to],
      ),
    shares: (tenantId, from, to) =>
      database.query<UsageShare>(
        'usage_shares',
        `SELECT u.pipeline, u.stage, nullif(u.engine, '') AS engine, nullif(u.model, '') AS model, sum(u.failed)::float8 AS failed, ${SUMS}
         FROM usage_task u WHERE u.tenant_id = $1 AND u.day BETWEEN $2 AND $3 GROUP BY 1, 2, 3, 4 ORDER BY "computeSeconds" DESC, 1, 2, 3, 4`,
        [tenantId, from, to],
      ),
  };
}
