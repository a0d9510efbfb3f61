import { Redis } from 'ioredis';
import type { BenchStack } from '../bench-stack.ts';

/** In bytes: what Redis says that it uses, and the files of the database. */
export interface ServerSizes {
  readonly redis: number;
  readonly postgres: number;
}

/** Asks the servers how much they hold. */
export class Servers implements Disposable {
  readonly #stack: BenchStack;
  readonly #redis: Redis;

  constructor(stack: BenchStack) {
    this.#stack = stack;
    this.#redis = new Redis(stack.trial.redisUrl);
    // Whoever asks hears of it.
    this.#redis.on('error', () => {});
  }

  async sizes(): Promise<ServerSizes> {
    const used = /used_memory:(\d+)/.exec(await this.#redis.info('memory'))?.[1];
    const [row] = await this.#stack.database.query<{ bytes: string }>(
      'SELECT pg_database_size(current_database())::text AS bytes',
    );
    if (used === undefined || !row) throw new Error('The sizes could not be read.');
    return { redis: Number(used), postgres: Number(row.bytes) };
  }

  [Symbol.dispose](): void {
    this.#redis.disconnect();
  }
}
