import type { ObjectsPosition, UpkeepRecords } from '@intermodal/pipeline';
import type { Database } from './database.ts';

/** Jobs, uploads and keys that one call looks at, at most. */
const JOBS = 100;
const UPLOADS = 500;
const KEYS = 1_000;
const USED = 1_000;
const ENDED_UPLOADS = 100;
/** After a walk through all of them. */
const PAUSE_MS = 60_000;
/** Between two stretches of the store: a whole walk takes two hours at least, and costs next to nothing. */
const OBJECTS_PAUSE_MS = 30_000;

export function upkeepRecords(database: Database): UpkeepRecords {
  const idsOf = async (name: string, text: string, values: readonly unknown[]): Promise<string[]> =>
    (await database.query<{ id: string }>(name, text, values)).map(({ id }) => id);
  return {
    async deleteOld(keepFinishedMs) {
      const keep = keepFinishedMs === 0 ? null : keepFinishedMs;
      await database.query('delete_old_keys', 'SELECT delete_old_keys($1, $2)', [keep, KEYS]);
      const given = [UPLOADS, PAUSE_MS];
      const uploads = await idsOf('old_uploads', 'SELECT delete_unused_uploads($1, $2) AS id', given);
      if (keep === null) return uploads;
      const files = await idsOf('old_jobs', 'SELECT delete_old_jobs($1, $2, $3) AS id', [
        keep,
        JOBS,
        PAUSE_MS,
      ]);
      return [...uploads, ...files];
    },
    async deleteOldAudit(keepMs) {
      await database.query('delete_old_audit', 'SELECT delete_old_audit($1, $2)', [keepMs, KEYS]);
    },
    async countUsage() {
      const text = 'SELECT count_usage($1) AS counted';
      const [row] = await database.query<{ counted: number }>('count_usage', text, [USED]);
      return row!.counted === USED;
    },
    endedUploads: () => database.query('ended_uploads', 'SELECT * FROM ended_uploads($1)', [ENDED_UPLOADS]),
    async forgetUpload(id) {
      await database.query('forget_upload', 'UPDATE upload SET handle = NULL WHERE id = $1', [id]);
    },
    async takeObjects() {
      const text = 'SELECT position FROM take_objects()';
      const [row] = await database.query<{ position: string }>('take_objects', text, []);
      return row && positionOf(row.position);
    },
    async leaveObjects({ prefix, after }) {
      await database.query(
        'leave_objects',
        `UPDATE upkeep SET position = $1, due_at = clock_timestamp() + make_interval(secs => $2 / 1000.0) WHERE work = 'objects'`,
        [`${prefix}/${after ?? ''}`, OBJECTS_PAUSE_MS],
      );
    },
    async databaseId() {
      const [id] = await idsOf('database_id', 'SELECT id FROM database_id', []);
      if (id === undefined) throw new Error('The database has no id: its table database_id is empty.');
      return id;
    },
    unknownArtifacts: (ids) =>
      idsOf(
        'unknown_artifacts',
        'SELECT i.id FROM unnest($1::uuid[]) i(id) WHERE NOT EXISTS (SELECT 1 FROM artifact a WHERE a.id = i.id)',
        [ids],
      ),
  };
}

function positionOf(text: string): ObjectsPosition {
  const [prefix, after] = text.split('/');
  return { prefix: prefix || '00', ...(after && { after }) };
}
