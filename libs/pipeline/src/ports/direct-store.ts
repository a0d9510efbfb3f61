import type { Readable } from 'node:stream';

/** Parts that are there, and how many bytes each has. */
export type StoredParts = ReadonlyMap<number, number>;

interface DirectStoreBase {
  /**
   * A file will come in parts.
   * @param id a uuid, of the artifact
   * @returns the store's name for it
   */
  begin(id: string, mediaType: string): Promise<string>;
  /** Undefined when there is no such upload: it was put together, or abandoned. */
  parts(id: string, handle: string): Promise<StoredParts | undefined>;
  /** Puts the parts together, in their order, under the artifact's id. Doing it again is the same as doing it once. */
  finish(id: string, handle: string): Promise<void>;
  /** Removes what is there. Of one that is not there: does nothing. */
  abandon(id: string, handle: string): Promise<void>;
}

/** A store that takes and gives bytes by itself, at addresses that are signed for a while. */
export interface PresignedStore extends DirectStoreBase {
  readonly kind: 'presigned';
  /** Where exactly so many bytes may be PUT, from 1. */
  partUrl(
    id: string,
    handle: string,
    part: { readonly number: number; readonly bytes: number },
  ): Promise<string>;
  downloadUrl(id: string, as: { readonly mediaType: string; readonly disposition: string }): Promise<string>;
}

/** A store that only this program can reach: parts come through it. */
export interface PassedThroughStore extends DirectStoreBase {
  readonly kind: 'through';
  /** @throws IntermodalError `upload.mismatch` when it has not exactly so many bytes; then there is no such part */
  putPart(
    id: string,
    handle: string,
    part: { readonly number: number; readonly bytes: number },
    body: Readable,
    signal: AbortSignal,
  ): Promise<void>;
}

/** How large files come into an artifact store, and out of it, past the API. Throws `store.unavailable` as the store does. */
export type DirectStore = PresignedStore | PassedThroughStore;

/** How long a signed address is good for. */
export const SIGNED_FOR_S = 3_600;
