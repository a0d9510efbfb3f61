import { defineStage } from '@intermodal/pipeline';
import { z } from 'zod';

export default defineStage({
  name: 'trial.list',
  version: 1,
  pool: 'text',
  summary: 'Counts from 0.',
  input: z.object({ count: z.number().int().min(0) }),
  output: z.object({ items: z.array(z.number().int()) }),
  run: async ({ count }) => ({ items: Array.from({ length: count }, (_, i) => i) }),
});
