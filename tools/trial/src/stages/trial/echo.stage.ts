import { defineStage } from '@intermodal/pipeline';
import { z } from 'zod';
import { GivenValue } from '../../given-value.ts';

export default defineStage({
  name: 'trial.echo',
  version: 1,
  pool: 'text',
  summary: 'Gives its value back.',
  input: z.object({ value: GivenValue, beside: z.json().optional() }),
  output: z.object({ value: z.json() }),
  run: async ({ value }) => ({ value }),
});
