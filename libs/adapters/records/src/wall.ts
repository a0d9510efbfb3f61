import pg from 'pg';
import { SESSION, type Database } from './database.ts';

export interface Wall {
  readonly read: Database['read'];
  close(): Promise<void>;
}

interface WallOptions {
  readonly connections: number;
  readonly applicationName: string;
  /** Where there is no wall. */
  readonly fallback: Database['query'];
  /** What can be said of a fault. */
  readonly known: (error: unknown) => unknown;
}

const STANDS = `SELECT coalesce((SELECT pg_has_role(r.oid, 'MEMBER') FROM pg_roles r WHERE r.rolname = 'intermodal_reader'), false) AS stands`;
const ENTER = `SELECT set_config('intermodal.tenant', $1, false)`;

/**
 * Connections that read as the role of 0083-wall.sql, each in the name of one tenant at a time (decision 0019). Which one is
 * said in the same round trip as the question, and only when it was another before.
 */
export function openWall(url: string, { connections, applicationName, fallback, known }: WallOptions): Wall {
  const pool = new pg.Pool({
    connectionString: url,
    max: Math.ceil(connections / 2),
    application_name: applicationName,
    connectionTimeoutMillis: 5_000,
    options: `${SESSION} -c role=intermodal_reader`,
    pipeline: true,
  });
  const ignore = (): void => {};
  pool.on('error', ignore);
  pool.on('connect', (client) => client.on('error', ignore));
  const inName = new WeakMap<pg.PoolClient, string>();
  let stands: Promise<boolean> | undefined;

  /** Asked once: a database that may have no roles of ours has none tomorrow. An outage is no answer. */
  const isThere = (): Promise<boolean> => {
    stands ??= fallback<{ stands: boolean }>('wall_stands', STANDS, []).then((rows) => rows[0]!.stands);
    stands.catch(() => (stands = undefined));
    return stands;
  };
  return {
    async read<Row extends object>(
      tenantId: string,
      name: string,
      text: string,
      values: readonly unknown[],
    ): Promise<Row[]> {
      if (!(await isThere())) return fallback<Row>(name, text, values);
      const client = await pool.connect().catch((error: unknown) => {
        throw known(error);
      });
      let broken = true;
      try {
        const entering =
          inName.get(client) === tenantId
            ? undefined
            : client.query({ name: 'wall_enter', text: ENTER, values: [tenantId] });
        const asked = client.query<Row & pg.QueryResultRow>({ name, text, values: [...values] });
        const [{ rows }] = await Promise.all([asked, entering]);
        inName.set(client, tenantId);
        broken = false;
        return rows;
      } catch (error) {
        throw known(error);
      } finally {
        // Whose name it is in is not known after a fault.
        client.release(broken);
      }
    },
    close: () => pool.end(),
  };
}
