/** The record, as whoever tidies up uses it. Any process may, at any time; ids are uuids. */
export interface UpkeepRecords {
  /**
   * Deletes a chunk of what is old: jobs that ended so long ago with all that belongs to them (0: never), batches, uploads that
   * no job named within a day, keys.
   * @returns artifacts whose bytes nobody needs any more
   */
  deleteOld(keepFinishedMs: number): Promise<string[]>;
  /** Deletes a chunk of what the audit log has of that long ago. */
  deleteOldAudit(keepMs: number): Promise<void>;
  /** Counts a chunk of what tenants used. @returns whether there may be more */
  countUsage(): Promise<boolean>;
  /** Some uploads past the API that ended, or whose time is over, and left parts in the store: see DirectStore.abandon. */
  endedUploads(): Promise<{ readonly id: string; readonly handle: string }[]>;
  /** Nothing of it is left in the store. */
  forgetUpload(id: string): Promise<void>;
  /** Where to go on looking for bytes that no row knows; undefined while somebody else is at it, or nobody is to be yet. */
  takeObjects(): Promise<ObjectsPosition | undefined>;
  /** Goes on there, after a pause. */
  leaveObjects(next: ObjectsPosition): Promise<void>;
  /** Of the database that all of this is in; one that is made anew has another. */
  databaseId(): Promise<string>;
  /** Of these ids, those that no row knows. */
  unknownArtifacts(ids: readonly string[]): Promise<string[]>;
}

export interface ObjectsPosition {
  /** See ArtifactStore.list. */
  readonly prefix: string;
  readonly after?: string;
}
