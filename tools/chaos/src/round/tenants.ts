import { createHash } from 'node:crypto';
import { IntermodalClient } from '@intermodal/client';
import { MAX_BATCH_ROWS, newUuid, parseId } from '@intermodal/contracts';
import { SUBMISSION, type Entry } from './ledger.ts';
import type { Round } from './round.ts';
import type { Work } from './work.ts';

/** One more tenant, and somebody who asks in its name. */
export async function addTenant({ database, stack }: Round, name: string): Promise<IntermodalClient> {
  const [id, key] = [newUuid(), `im_local_${name}_0123456789abcdef`];
  await database.query('INSERT INTO intermodal.tenant (id, name) VALUES ($1, $2)', [id, name]);
  await database.query(
    'INSERT INTO intermodal.api_key (id, tenant_id, name, sha256) VALUES ($1, $2, $3, $4)',
    [newUuid(), id, name, createHash('sha256').update(key).digest()],
  );
  return new IntermodalClient({ url: stack.urls[0]!, key });
}

/** @param works all of the same pipeline and params */
export async function submitBatches(round: Round, works: readonly Work[]): Promise<void> {
  const [client] = round.stack.clients;
  const entries = works.map((work) => round.note(work, false));
  for (let from = 0; from < entries.length; from += MAX_BATCH_ROWS) {
    const part = entries.slice(from, from + MAX_BATCH_ROWS);
    const { pipeline, params } = part[0]!;
    const rows = part.map(({ key, input }) => ({
      custom_id: key,
      input,
      metadata: { [SUBMISSION]: key },
    }));
    const { id } = await client!.batches.submit({ pipeline, params: { ...params }, rows });
    const byKey = new Map(part.map((entry) => [entry.key, entry]));
    for await (const { custom_id: key, job } of client!.batches.results(id))
      byKey.get(key ?? '')!.jobId = parseId('job', job ?? '')!;
  }
}

/** How long jobs waited for their start, in order, by the clock of the database; waits until all have ended. */
export async function waitsMs(round: Round, entries: readonly Entry[]): Promise<number[]> {
  for (;;) {
    const { rows } = await round.database.query<{ ms: number; ended: boolean }>(
      `SELECT round(extract(epoch FROM started_at - created_at) * 1000)::int AS ms, finished_at IS NOT NULL AS ended
       FROM intermodal.job WHERE id = ANY ($1)`,
      [entries.map(({ jobId }) => jobId)],
    );
    if (rows.length === entries.length && rows.every(({ ended }) => ended))
      return rows.map(({ ms }) => ms).sort((a, b) => a - b);
    await round.pause(50);
  }
}

export async function openJobs({ database }: Round): Promise<number> {
  const { rows } = await database.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM intermodal.job WHERE finished_at IS NULL',
  );
  return rows[0]!.count;
}
