import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { file } from '@intermodal/contracts';
import { defineStage } from '@intermodal/pipeline';
import { z } from 'zod';

export default defineStage({
  name: 'trial.read',
  version: 1,
  pool: 'text',
  summary: 'Gives the sha256 of a file.',
  input: z.object({ file: file('application/octet-stream') }),
  output: z.object({ sha256: z.string() }),
  async run({ file: { path } }, { signal }) {
    const hash = createHash('sha256');
    await pipeline(createReadStream(path), hash, { signal });
    return { sha256: hash.digest('hex') };
  },
});
