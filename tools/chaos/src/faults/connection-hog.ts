import pg from 'pg';

const NAME = 'intermodal chaos hog';
const AT_A_TIME = 10;
/** SQLSTATE of "too many clients already". */
const TOO_MANY = '53300';

/** Holds every connection that a Postgres allows, so that nobody else has one. */
export class ConnectionHog {
  readonly #clients: pg.Client[] = [];

  /** Takes what is free, ends what is not and takes that, until there is nothing left to take. */
  static async seize(url: string): Promise<ConnectionHog> {
    const hog = new ConnectionHog();
    try {
      while (!((await hog.#takeSome(url)) && (await hog.#endOthers()) === 0));
      return hog;
    } catch (error) {
      await hog.release();
      throw error;
    }
  }

  get held(): number {
    return this.#clients.length;
  }

  async release(): Promise<void> {
    await Promise.all(this.#clients.splice(0).map((client) => client.end().catch(() => {})));
  }

  /** Resolves to true when there were no more. */
  async #takeSome(url: string): Promise<boolean> {
    const refused = await Promise.all(
      Array.from({ length: AT_A_TIME }, async () => {
        const client = new pg.Client({ connectionString: url, application_name: NAME });
        client.on('error', () => {});
        try {
          await client.connect();
          this.#clients.push(client);
          return false;
        } catch (error) {
          if ((error as { code?: string }).code !== TOO_MANY) throw error;
          return true;
        }
      }),
    );
    return refused.every(Boolean);
  }

  async #endOthers(): Promise<number> {
    const { rowCount } = await this.#clients[0]!.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE backend_type = 'client backend' AND application_name <> $1`,
      [NAME],
    );
    return rowCount ?? 0;
  }
}
