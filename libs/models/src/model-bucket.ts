/** Models as objects of one bucket: a source, and a mirror that can be written. Implemented by the adapter of the object store. */
export interface ModelBucket {
  /**
   * An object from an offset on, and the length of the whole; from its beginning, when nothing is after the offset; undefined
   * when it is not there.
   * @throws IntermodalError `store.unavailable`
   */
  open(
    key: string,
    options: { from: number; signal: AbortSignal },
  ): Promise<{ body: AsyncIterable<Uint8Array>; begins: number; bytes: number } | undefined>;
  /** The sha256 that an object was put with; undefined when it is not there, or somebody else put it. */
  sha256Of(key: string): Promise<string | undefined>;
  /** Stores a file whole, or not at all. @param sha256 of its bytes, kept beside them */
  put(key: string, path: string, options: { sha256: string; signal: AbortSignal }): Promise<void>;
  close(): Promise<void>;
}
