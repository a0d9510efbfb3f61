import { defineStage } from '@intermodal/pipeline';
import { z } from 'zod';
import { GivenValue } from '../../given-value.ts';

export default defineStage({
  name: 'trial.poison',
  version: 1,
  pool: 'text',
  summary: 'Ends its process for marked values, and gives the others back.',
  input: z.object({ value: GivenValue }),
  params: z.object({ marked: z.array(z.json()).default([]) }),
  output: z.object({ value: z.json() }),
  async run({ value }, { params }) {
    if (params.marked.some((one) => JSON.stringify(one) === JSON.stringify(value))) {
      process.kill(process.pid, 'SIGKILL');
      await new Promise(() => {});
    }
    return { value };
  },
});
