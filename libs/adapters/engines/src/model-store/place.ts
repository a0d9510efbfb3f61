export interface OpenedFile {
  readonly body: AsyncIterable<Uint8Array>;
  /** Where the bytes begin: 0 when the place knows no ranges, whatever was asked for. */
  readonly begins: number;
  /** Of the whole file, where the place tells it. */
  readonly bytes?: number | undefined;
  /** Of the whole file, where the place tells it. */
  readonly sha256?: string | undefined;
}

/** Somewhere with files below it: a folder, a web server, a bucket, a repository. */
export interface Place {
  /**
   * A file from an offset on; undefined when it is not there.
   * @param path with `/`, below the place
   * @throws Refused; anything else counts as a connection that broke, and is tried again
   */
  open(path: string, from: number, signal: AbortSignal): Promise<OpenedFile | undefined>;
}

/** The place answers, and will not give the file. The message goes on after "because". */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** Gives up a file that was opened only to learn about it. */
export async function giveUp({ body }: OpenedFile): Promise<void> {
  await body[Symbol.asyncIterator]().return?.();
}

export async function* emptyBody(): AsyncIterable<Uint8Array> {}
