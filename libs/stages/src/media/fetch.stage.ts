import { file, IntermodalError, LocalFile } from '@intermodal/contracts';
import { FileFetcher } from '@intermodal/models';
import { defineStage } from '@intermodal/pipeline';
import { z } from 'zod';

export default defineStage({
  name: 'media.fetch',
  version: 1,
  pool: 'media',
  summary: 'Fetches a file from a public address, once for all who need it.',
  input: z.object({ url: z.string().max(2_000).describe('http:// or https://') }),
  params: z.object({
    accept: z.string().default('*/*').describe('The media type that it must have, e.g. audio/*'),
    called: z.string().default('url').describe('What the address is called where somebody gave it'),
  }),
  output: z.object({ file: file('*/*') }),
  needs: { fetcher: FileFetcher },
  limits: { timeoutMs: 900_000 },
  async run({ url }, { needs, params, scratch, signal }) {
    const { path } = scratch('fetched', 'application/octet-stream');
    try {
      const { mediaType, name } = await needs.fetcher.fetch(url, path, { accept: params.accept, signal });
      return { file: new LocalFile(path, mediaType, name) };
    } catch (error) {
      if (!(error instanceof IntermodalError)) throw error;
      throw new IntermodalError(error.code, `${params.called}: ${error.message}`, { cause: error });
    }
  },
});
