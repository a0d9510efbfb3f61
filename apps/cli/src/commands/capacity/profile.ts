import { z } from 'zod';

const Step = z.strictObject({
  stage: z.string().describe('stage@version'),
  pool: z.string(),
  /** Steps of one level run beside each other; a level begins when the one before it has ended. */
  level: z.number().int().min(0),
  tasksPerJob: z.number().positive(),
  /** Of one task, its files included. */
  meanSeconds: z.number().positive(),
  deviationSeconds: z.number().min(0),
  /** Files that a task is given and makes, by the ports of its stage. */
  filesRead: z.number().min(0),
  filesWritten: z.number().min(0),
});
export type Step = z.infer<typeof Step>;

/** What a job of one pipeline asks for, as jobs that completed have shown. */
export const Profile = z.strictObject({
  pipeline: z.string().describe('name@version'),
  jobs: z.number().int().positive().describe('Learned from so many'),
  /** Of what a job was given and what came out; files between its tasks are not known. */
  fileBytesPerJob: z.number().min(0),
  steps: z.array(Step).min(1),
});
export type Profile = z.infer<typeof Profile>;

export const Profiles = z.array(Profile);
