import { writeFile } from 'node:fs/promises';
import { file } from '@intermodal/contracts';
import { defineStage } from '@intermodal/pipeline';
import { z } from 'zod';
import { GivenValue } from '../../given-value.ts';
import { seededBytes } from '../../seeded.ts';

export default defineStage({
  name: 'trial.file',
  version: 1,
  pool: 'text',
  summary: 'Writes a file whose bytes follow from its value.',
  input: z.object({ value: GivenValue }),
  params: z.object({ bytes: z.number().int().min(0).default(1_000) }),
  output: z.object({ file: file('application/octet-stream') }),
  async run({ value }, { params, scratch }) {
    const written = scratch('trial.bin', 'application/octet-stream');
    await writeFile(written.path, seededBytes(JSON.stringify(value), params.bytes));
    return { file: written };
  },
});
