import pg from 'pg';
import { SESSION, type Database } from './database.ts';

export interface ExplainingDatabase extends AsyncDisposable {
  readonly database: Database;
  /** How many blocks the statements of this work looked at, whether they were in memory or not. Nothing that they write stays. */
  blocksOf(work: () => Promise<unknown>): Promise<number>;
}

/** In place of the records' own: every statement is planned as theirs are, reads behind the wall. */
export async function openExplainingDatabase(url: string): Promise<ExplainingDatabase> {
  const [own, reader] = [SESSION, `${SESSION} -c role=intermodal_reader`].map(
    (options) => new pg.Client({ connectionString: url, options }),
  ) as [pg.Client, pg.Client];
  await Promise.all([own.connect(), reader.connect()]);
  let blocks = 0;
  const run = async <Row extends object>(
    on: pg.Client,
    name: string,
    text: string,
    values: readonly unknown[],
  ): Promise<Row[]> => {
    // Bound parameters would be explained with a plan of their own.
    await on.query(`PREPARE explained_${name} AS ${text}`);
    const given = values.map(literalOf).join();
    await on.query('BEGIN');
    const { rows } = await on.query<{ 'QUERY PLAN': [{ Plan: Record<string, number> }] }>(
      `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE explained_${name}${given && `(${given})`}`,
    );
    await on.query(`ROLLBACK; DEALLOCATE explained_${name}`);
    const plan = rows[0]!['QUERY PLAN'][0].Plan;
    blocks += plan['Shared Hit Blocks']! + plan['Shared Read Blocks']!;
    await on.query('BEGIN');
    const answer = await on.query<Row & pg.QueryResultRow>(text, [...values]);
    await on.query('ROLLBACK');
    return answer.rows;
  };
  const query: Database['query'] = (name, text, values) => run(own, name, text, values);
  return {
    database: {
      query,
      async read(tenantId, name, text, values) {
        await reader.query(`SELECT set_config('intermodal.tenant', $1, false)`, [tenantId]);
        return run(reader, name, text, values);
      },
      transaction: (work) => work(query),
      close: () => Promise.resolve(),
    },
    async blocksOf(work) {
      // What is read once for each connection, to plan anything at all, is no part of it.
      await work();
      blocks = 0;
      await work();
      return blocks;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([own.end(), reader.end()]);
    },
  };
}

function literalOf(value: unknown): string {
  if (value === null) return 'NULL';
  return pg.escapeLiteral(value instanceof Date ? value.toISOString() : String(value));
}
