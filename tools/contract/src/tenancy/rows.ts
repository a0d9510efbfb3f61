import pg from 'pg';

/** Counted a little later, by whichever worker comes by. */
const LATER = ['usage_due', 'usage_day', 'usage_task', 'tenant_storage', 'open_jobs'];
/** Of tenants, though they do not name theirs. */
const NAMELESS = ['api_key_secret', 'batch_row', 'webhook_message', 'webhook_delivery'];

/** A hash of the rows of every table, of one tenant where they say whose they are. */
export async function rowsOf(databaseUrl: string, tenantId: string): Promise<Record<string, string>> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('SET search_path = intermodal');
    const { rows: tables } = await client.query<{ name: string }>(
      `SELECT c.table_name AS name FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
       WHERE table_schema = 'intermodal' AND table_type = 'BASE TABLE' AND column_name = 'tenant_id' AND NOT table_name = ANY ($1)
       ORDER BY 1`,
      [LATER],
    );
    const found: Record<string, string> = {};
    const hash = async (table: string, where: string, values: readonly string[]): Promise<void> => {
      const { rows } = await client.query<{ hash: string }>(
        `SELECT count(*) || ' ' || md5(coalesce(string_agg(r::text, ' ' ORDER BY r::text), '')) AS hash FROM "${table}" r WHERE ${where}`,
        [...values],
      );
      found[table] = rows[0]!.hash;
    };
    for (const { name } of tables) await hash(name, 'tenant_id = $1', [tenantId]);
    for (const name of NAMELESS) await hash(name, 'true', []);
    await hash('tenant', 'id = $1', [tenantId]);
    return found;
  } finally {
    await client.end();
  }
}

/** Tables whose rows differ. */
export const changed = (before: Record<string, string>, now: Record<string, string>): string[] =>
  Object.keys(before).filter((table) => before[table] !== now[table]);
