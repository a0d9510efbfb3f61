import { z } from 'zod';

/**
 * What travels through Redis: ids, and nothing else. The version lets API and workers be upgraded at different times.
 * `attempt` is the number of claims the task had when it was sent.
 */
export const TaskMessage = z.object({
  v: z.literal(1),
  tasks: z.array(z.object({ id: z.uuid(), attempt: z.number().int().nonnegative() })).min(1),
});
export type TaskMessage = z.infer<typeof TaskMessage>;

/**
 * A piece of what a running task tells those who watch: how much is done, or some of its output. `index` counts the pieces of output
 * of one attempt from 0. Kept for a while and never recorded.
 */
export const ToldMessage = z.union([
  z.object({ v: z.literal(1), path: z.string(), attempt: z.number().int(), progress: z.number() }),
  z.object({
    v: z.literal(1),
    path: z.string(),
    attempt: z.number().int(),
    index: z.number().int().nonnegative(),
    partial: z.record(z.string(), z.unknown()),
  }),
]);
export type ToldMessage = z.infer<typeof ToldMessage>;
