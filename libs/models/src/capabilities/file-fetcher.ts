import { defineCapability } from '../capability.ts';

export interface FetchedFile {
  /** What it is by its bytes; by what the server says where bytes do not tell. */
  readonly mediaType: string;
  readonly bytes: number;
  /** The last part of the address, if there is one. */
  readonly name: string | undefined;
}

export interface FileFetcher {
  /**
   * Downloads a file from an address that a user gave.
   * @param accept the media type that it must have, e.g. `audio/*`
   * @throws IntermodalError `url.refused`, `url.not_found`, `url.unreachable`, `input.too_large`, `media.unsupported`
   */
  fetch(url: string, to: string, options: { accept: string; signal: AbortSignal }): Promise<FetchedFile>;
}

export const FileFetcher = defineCapability<FileFetcher>('FileFetcher');
