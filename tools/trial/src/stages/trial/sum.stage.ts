import { defineStage } from '@intermodal/pipeline';
import { z } from 'zod';

export default defineStage({
  name: 'trial.sum',
  version: 1,
  pool: 'text',
  summary: 'Adds the values of a list; what is no number counts as 0.',
  input: z.object({ values: z.array(z.object({ value: z.json() })) }),
  output: z.object({ sum: z.number() }),
  run: async ({ values }) => ({
    sum: values.reduce((sum, { value }) => sum + (typeof value === 'number' ? value : 0), 0),
  }),
});
