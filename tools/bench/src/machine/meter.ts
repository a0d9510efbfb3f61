import { cpuSeconds } from './cpu-time.ts';
import type { BenchDatabase } from './database.ts';

/** What Postgres spends from now on: processor time, and log that every commit waits for. */
export class Meter {
  readonly #postgres: number;
  readonly #database: BenchDatabase;
  readonly #cpuSeconds: number;
  readonly #logBytes: number;

  static async start(postgres: number, database: BenchDatabase): Promise<Meter> {
    return new Meter(postgres, database, cpuSeconds(postgres), await logBytes(database));
  }

  private constructor(postgres: number, database: BenchDatabase, cpu: number, bytes: number) {
    this.#postgres = postgres;
    this.#database = database;
    this.#cpuSeconds = cpu;
    this.#logBytes = bytes;
  }

  async perTask(tasks: number): Promise<Record<string, number>> {
    const cpu = cpuSeconds(this.#postgres) - this.#cpuSeconds;
    const bytes = (await logBytes(this.#database)) - this.#logBytes;
    return {
      'Postgres CPU µs/task': Math.round((cpu * 1_000_000) / tasks),
      'WAL bytes/task': Math.round(bytes / tasks),
    };
  }
}

async function logBytes({ query }: BenchDatabase): Promise<number> {
  const [row] = await query<{ bytes: string }>(
    `SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::text AS bytes`,
  );
  return Number(row!.bytes);
}
