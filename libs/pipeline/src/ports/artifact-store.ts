import type { Readable } from 'node:stream';
import type { DirectStore } from './direct-store.ts';

export interface StoredBytes {
  readonly bytes: number;
  /** Hex. Computed from what was stored, while it was stored. */
  readonly sha256: string;
}

/** First and last byte, both included, as in HTTP. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

export interface StoredPage {
  /** In ascending order of their ids. */
  readonly entries: readonly { readonly id: string; readonly storedAt: Date }[];
  /** There may be others after the last of them. */
  readonly more: boolean;
  /** By the clock that `storedAt` is of. */
  readonly now: Date;
}

/**
 * Where the bytes of artifacts are. The key derives from the id, an id is never written twice by different attempts,
 * so nothing can be overwritten. Every method throws IntermodalError `store.unavailable` when the store cannot be reached.
 */
export interface ArtifactStore {
  /**
   * Streams into the store without holding the whole. Nothing is visible under the id unless all of it arrived.
   * @param id a uuid
   * @throws IntermodalError `input.too_large` beyond `maxBytes`
   */
  put(
    id: string,
    body: Readable,
    options: { mediaType: string; maxBytes: number; signal: AbortSignal },
  ): Promise<StoredBytes>;
  /**
   * @returns the bytes (of the range, if given) and the size of the whole
   * @throws IntermodalError `artifact.not_found`
   */
  open(
    id: string,
    options: { range?: ByteRange; signal: AbortSignal },
  ): Promise<{ body: Readable; bytes: number }>;
  /** Of an artifact that is not there: does nothing. */
  delete(id: string): Promise<void>;
  /**
   * What is stored, one page. Whatever else lies there is passed over.
   * @param prefix the last two digits of the ids
   * @param after only ids greater than this one
   */
  list(prefix: string, after?: string): Promise<StoredPage>;
  /** Ids of the databases that said that they keep files here. It lies in the store itself, where no list comes. */
  databases(): Promise<string[]>;
  /** Says it. Nothing but a person takes it back. */
  addDatabase(id: string): Promise<void>;
  /** Large files, past the API. */
  readonly direct: DirectStore;
  /** Throws `store.unavailable` when the store cannot be used. */
  check(): Promise<void>;
  close(): Promise<void>;
}
