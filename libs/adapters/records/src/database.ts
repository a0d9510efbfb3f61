import { IntermodalError } from '@intermodal/contracts';
import pg from 'pg';
import { openWall } from './wall.ts';

/** What the records need of a pool: statements that are prepared once per connection, under a name. */
export interface Database {
  /**
   * @param withinMs the connection is given up, and this fails as an outage, when it has not answered by then; for as long as the
   * connection lives when left out. After a cable was out, TCP may be silent for as long again; whether the statement was
   * carried out is not known then.
   */
  query<Row extends object>(
    name: string,
    text: string,
    values: readonly unknown[],
    withinMs?: number,
  ): Promise<Row[]>;
  /** Reads in the name of a tenant: of its rows alone, whatever the statement says, where the wall stands. */
  read<Row extends object>(
    tenantId: string,
    name: string,
    text: string,
    values: readonly unknown[],
  ): Promise<Row[]>;
  transaction<Result>(work: (query: Database['query']) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

/** Everything lives in this schema, so that the database may be shared. */
export const SCHEMA = 'intermodal';

/**
 * Plans are kept from the time when the tables were empty: a scan of everything, or a hash of it, chosen then, would stay. Every
 * statement of ours finds its rows by an index; planning each call anew would cost more than the call.
 */
export const SESSION = [
  `search_path=${SCHEMA},public`,
  ...['seqscan', 'bitmapscan', 'hashjoin', 'mergejoin'].map((method) => `enable_${method}=off`),
  ...['jit=off', 'plan_cache_mode=force_generic_plan'],
  // Reading an index from end to end must never seem cheap, however small the table was when the plan was made.
  'cpu_index_tuple_cost=1',
]
  .map((setting) => `-c ${setting}`)
  .join(' ');

/**
 * Of a page that begins anywhere: `id < $1` is a condition of the index, so that pages before it are not read. `$1 IS NULL OR id < $1` is
 * none, and neither is a coalesce() of it behind the wall.
 */
export const FIRST_ID = '00000000-0000-0000-0000-000000000000';
export const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

export function openDatabase(
  url: string,
  options: { connections: number; applicationName: string },
): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.connections,
    application_name: options.applicationName,
    connectionTimeoutMillis: 5_000,
    idle_in_transaction_session_timeout: 30_000,
    options: SESSION,
  });
  // Without a listener, a server that goes away would take this process with it.
  const ignore = (): void => {};
  pool.on('error', ignore);
  pool.on('connect', (client) => client.on('error', ignore));

  const run = async <Row extends object>(
    on: pg.Pool | pg.PoolClient,
    name: string,
    text: string,
    values: readonly unknown[],
    withinMs?: number,
  ): Promise<Row[]> => {
    try {
      // Of the library, but not in its types.
      const query = { name, text, values: [...values], query_timeout: withinMs };
      return (await on.query<Row & pg.QueryResultRow>(query)).rows;
    } catch (error) {
      throw known(error);
    }
  };

  const wall = openWall(url, { ...options, fallback: (...given) => run(pool, ...given), known });

  return {
    query: (name, text, values, withinMs) => run(pool, name, text, values, withinMs),
    read: (tenantId, name, text, values) => wall.read(tenantId, name, text, values),
    async transaction(work) {
      const client = await pool.connect().catch((error: unknown) => {
        throw unavailable(error);
      });
      let broken: Error | undefined;
      try {
        await client.query('BEGIN');
        const result = await work((...given) => run(client, ...given));
        await client.query('COMMIT');
        return result;
      } catch (error) {
        await client.query('ROLLBACK').catch((failure: Error) => (broken = failure));
        throw known(error);
      } finally {
        client.release(broken);
      }
    },
    async close() {
      await wall.close();
      await pool.end();
    },
  };
}

/** What can be said of a fault, if anything. */
function known(error: unknown): unknown {
  if (error instanceof Error && 'code' in error && error.code === 'IMQ01')
    return new IntermodalError(
      'quota.open_jobs',
      'With this you would have more jobs that have not ended than you may: wait until some have, or cancel some.',
      { cause: error },
    );
  return isOutage(error) ? unavailable(error) : error;
}

const unavailable = (cause: unknown): IntermodalError =>
  cause instanceof IntermodalError
    ? cause
    : new IntermodalError('store.unavailable', 'The database could not be reached; try again in a moment.', {
        cause,
      });

/**
 * Faults of the connection or the server, after which the same call may succeed: SQLSTATE classes 08 (connection), 53
 * (resources), 57P (shutdown), 40 (deadlock, serialisation) and errors of the socket, which have no SQLSTATE.
 */
function isOutage(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (/^[0-9A-Z]{5}$/.test(code) && !code.startsWith('E')) return /^(08|53|57P|40)/.test(code);
  return error instanceof Error && (code !== '' || /timeout|terminat|closed|ended/i.test(error.message));
}
