import { setTimeout as after } from 'node:timers/promises';
import { defineStage } from '@intermodal/pipeline';
import { z } from 'zod';
import { GivenValue } from '../../given-value.ts';

export default defineStage({
  name: 'trial.wait',
  version: 1,
  pool: 'text',
  summary: 'Gives its value back after a while.',
  input: z.object({ value: GivenValue, beside: z.json().optional() }),
  params: z.object({ ms: z.number().min(0).default(100) }),
  output: z.object({ value: z.json() }),
  async run({ value }, { params, signal }) {
    await after(params.ms, undefined, { signal });
    return { value };
  },
});
