import { setTimeout as after } from 'node:timers/promises';
import { IntermodalError } from '@intermodal/contracts';
import { defineStage } from '@intermodal/pipeline';
import { z } from 'zod';
import { GivenValue } from '../../given-value.ts';
import { failureOf } from './fail.stage.ts';

const kind = 'user';

export default defineStage({
  name: 'trial.together',
  version: 1,
  pool: 'text',
  summary: 'Gives values back, of many tasks at once; one that fails breaks the call for all of them.',
  input: z.object({ value: GivenValue }),
  params: z.object({
    fraction: z.number().min(0).max(1).default(0),
    seed: z.number().int().default(1),
    /** How long a call takes. */
    ms: z.number().min(0).default(0),
  }),
  output: z.object({ value: z.json() }),
  batch: {
    maxItems: 8,
    maxDelayMs: 20,
    prepare: async ({ value }) => value,
    async run(values, { params, signal }) {
      await after(params.ms, undefined, { signal });
      if (values.some((value) => failureOf(value, { kind, ...params })))
        throw new IntermodalError('media.unreadable', 'One of these values fails.');
      return values.map((value) => ({ value }));
    },
  },
});
