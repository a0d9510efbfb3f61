import { setTimeout as after } from 'node:timers/promises';
import { IntermodalError } from '@intermodal/contracts';
import { defineStage } from '@intermodal/pipeline';
import { z } from 'zod';
import { GivenValue } from '../../given-value.ts';
import { seededFraction } from '../../seeded.ts';

const params = z.object({
  kind: z.enum(['user', 'operational', 'bug']).default('user'),
  /** Of all values, how many fail: 0 none, 1 all. The same value always does the same. */
  fraction: z.number().min(0).max(1).default(1),
  seed: z.number().int().default(1),
  /** How long it takes. */
  ms: z.number().min(0).default(0),
});

const CODES = {
  user: 'media.unreadable',
  operational: 'model.unavailable',
  bug: 'internal.bug',
} as const;

/** The code that a value fails with; undefined when it passes. */
export const failureOf = (value: unknown, { kind, fraction, seed }: Omit<z.output<typeof params>, 'ms'>) =>
  seededFraction(`${seed} ${JSON.stringify(value)}`) < fraction ? CODES[kind] : undefined;

export default defineStage({
  name: 'trial.fail',
  version: 1,
  pool: 'text',
  summary: 'Fails for some values, and gives the others back.',
  input: z.object({ value: GivenValue }),
  params,
  output: z.object({ value: z.json() }),
  async run({ value }, context) {
    await after(context.params.ms, undefined, { signal: context.signal });
    const code = failureOf(value, context.params);
    if (code === 'internal.bug') throw new Error('This value breaks the stage.');
    if (code) throw new IntermodalError(code, 'This value fails.');
    return { value };
  },
});
