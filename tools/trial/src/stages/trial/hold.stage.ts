import { existsSync } from 'node:fs';
import { setTimeout as after } from 'node:timers/promises';
import { defineStage } from '@intermodal/pipeline';
import { z } from 'zod';
import { GivenValue } from '../../given-value.ts';

const LOOK_MS = 50;

export default defineStage({
  name: 'trial.hold',
  version: 1,
  pool: 'text',
  summary: 'Gives its value back once a file is there.',
  input: z.object({ value: GivenValue }),
  params: z.object({ until: z.string() }),
  output: z.object({ value: z.json() }),
  limits: { timeoutMs: 600_000 },
  async run({ value }, { params, signal }) {
    while (!existsSync(params.until)) await after(LOOK_MS, undefined, { signal });
    return { value };
  },
});
