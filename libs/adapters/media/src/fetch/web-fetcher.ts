import { defineEngine, FileFetcher, type Engine } from '@intermodal/models';
import { IntermodalError, mediaTypeMatches } from '@intermodal/contracts';
import { download, type AddressPolicy, type Resolve } from '@intermodal/outbound';
import { mediaTypeOfFile } from './media-type-of-file.ts';

export interface FetcherOptions {
  readonly policy: AddressPolicy;
  readonly maxBytes: number;
  readonly resolve?: Resolve;
}

/** Files from the web, within what the operator allows. */
export const webFetcher = (options: FetcherOptions): Engine =>
  defineEngine(FileFetcher, {
    name: 'web',
    probe: async () => ({ available: true }),
    open: async () => ({ use: fetcher(options), device: 'cpu', close: async () => {} }),
  });

const fetcher = ({ policy, maxBytes, resolve }: FetcherOptions): FileFetcher => ({
  async fetch(url, to, { accept, signal }) {
    const found = await download(url, to, { policy, maxBytes, signal, resolve });
    const mediaType = await mediaTypeOfFile(to, found.mediaType);
    if (!mediaTypeMatches(accept, mediaType))
      throw new IntermodalError(
        'media.unsupported',
        `The file at ${new URL(found.url).origin} is ${mediaType}, and ${accept} is wanted; give the address of the file itself, not of a page about it.`,
      );
    return { mediaType, bytes: found.bytes, name: nameOf(found.url) };
  },
});

function nameOf(url: string): string | undefined {
  const last = new URL(url).pathname.split('/').at(-1) ?? '';
  try {
    return (
      decodeURIComponent(last)
        .replaceAll(/[^\p{L}\p{N}._ -]/gu, '_')
        .slice(0, 255) || undefined
    );
  } catch {
    return undefined;
  }
}
