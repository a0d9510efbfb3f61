import { z } from 'zod';

const milliseconds = z.number().int().nonnegative();

/** A stretch of time within a recording. */
export const Timed = z.object({
  startMs: milliseconds.describe('From the beginning of the recording'),
  endMs: milliseconds,
});

/** What was heard in a stretch of a recording, and what is said in its place. */
export const Line = Timed.extend({
  heard: z
    .string()
    .nullable()
    .describe('In the language of the recording; null when it could not be recognised'),
  said: z.string().nullable().describe('In the other language; null when it could not be translated'),
});
export type Line = z.infer<typeof Line>;
