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
