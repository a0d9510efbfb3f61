import type { ArtifactStore, UpkeepRecords } from '@intermodal/pipeline';
import type { Logger } from 'pino';
import { nextPosition } from './objects-walk.ts';
import type { StoreOwnership } from './store-ownership.ts';

export interface UpkeepOptions {
  readonly records: UpkeepRecords;
  readonly store: ArtifactStore;
  readonly ownership: Pick<StoreOwnership, 'isOurs'>;
  /** 0: for ever. */
  readonly keepFinishedMs: number;
  /** 0: for ever. */
  readonly keepAuditMs: number;
  /** Bytes that no row knows are deleted when they are older; 0: never. */
  readonly orphanAgeMs: number;
  readonly log: Logger;
}

/**
 * One round of tidying up: a chunk of what is old, and a stretch of the store. Any process may die at any point: rows go
 * first, and bytes whose rows are gone are found by the walk through the store.
 */
export async function tidyUp(options: UpkeepOptions): Promise<void> {
  const { records, keepFinishedMs, log } = options;
  try {
    while (await records.countUsage());
    if (options.keepAuditMs > 0) await records.deleteOldAudit(options.keepAuditMs);
    const unneeded = await records.deleteOld(keepFinishedMs);
    if (unneeded.length > 0) log.info({ artifacts: unneeded.length }, 'old artifacts are deleted');
    await deleteAll(unneeded, options);
    await removeEndedUploads(options);
    await collectOrphans(options);
  } catch (error) {
    log.warn({ err: error }, 'tidying up failed');
  }
}

/**
 * An object is written before its row is committed. So one without a row is an orphan only when it is old, by the clock of
 * the store, which dated it. Those who never collect say that they are there, too: nobody else may then.
 */
async function collectOrphans(options: UpkeepOptions): Promise<void> {
  const { records, store, ownership, orphanAgeMs, log } = options;
  const position = await records.takeObjects();
  if (!position) return;
  if (!(await ownership.isOurs()) || orphanAgeMs === 0) {
    await records.leaveObjects(position);
    return;
  }
  const page = await store.list(position.prefix, position.after);
  const old = page.entries.filter(({ storedAt }) => page.now.getTime() - storedAt.getTime() > orphanAgeMs);
  const orphans = old.length === 0 ? [] : await records.unknownArtifacts(old.map(({ id }) => id));
  if (orphans.length > 0) log.info({ objects: orphans.length, ...position }, 'orphaned objects are deleted');
  await deleteAll(orphans, options);
  await records.leaveObjects(nextPosition(position, page));
}

/** First in the store, then in the records: whoever dies between is followed by somebody who does it again. */
async function removeEndedUploads({ records, store, log }: UpkeepOptions): Promise<void> {
  const ended = await records.endedUploads();
  if (ended.length > 0) log.info({ uploads: ended.length }, 'uploads that nobody completed are removed');
  for (const { id, handle } of ended) {
    await store.direct.abandon(id, handle);
    // It may have been put together before it was found to be another file than was promised.
    await store.delete(id);
    await records.forgetUpload(id);
  }
}

/** In turn: nobody waits for it. */
async function deleteAll(ids: readonly string[], { store }: UpkeepOptions): Promise<void> {
  for (const id of ids) await store.delete(id);
}
