import type { ArtifactStore, UpkeepRecords } from '@intermodal/pipeline';
import type { Logger } from 'pino';

interface StoreOwnershipOptions {
  readonly records: Pick<UpkeepRecords, 'databaseId'>;
  readonly store: Pick<ArtifactStore, 'databases' | 'addDatabase'>;
  readonly log: Logger;
}

/**
 * Whether what this database does not know may be deleted from the store. Where two keep their files, all files of each are
 * unknown to the other: so each says that it is there, and neither deletes.
 */
export class StoreOwnership {
  readonly #options: StoreOwnershipOptions;
  #told = false;

  constructor(options: StoreOwnershipOptions) {
    this.#options = options;
  }

  /** Not in the round in which we say that we are there: another may say so at the same time, and is seen in the next. */
  async isOurs(): Promise<boolean> {
    const { records, store, log } = this.#options;
    const database = await records.databaseId();
    const there = await store.databases();
    const known = there.includes(database);
    if (!known) await store.addDatabase(database);
    const others = there.filter((id) => id !== database);
    if (others.length > 0 && !this.#told) log.error({ database, others }, SHARED);
    this.#told = others.length > 0;
    return known && others.length === 0;
  }
}

const SHARED =
  "Other databases keep files in this store, so no unknown file in it is deleted: give each database a bucket or folder of its own, and delete the objects 'intermodal-databases/<id>' of the others where they no longer use this one.";
