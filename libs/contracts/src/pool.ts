import { z } from 'zod';

const Opened = z.object({
  capability: z.string().describe('e.g. SpeechRecogniser'),
  engine: z.string().nullable().describe('Null where it could not be opened'),
  model: z.string().nullable(),
  device: z.string().nullable().describe('cpu, cuda, or remote'),
  unavailable: z.string().nullable().describe('Why there is none, and how to get one'),
});

export const PoolView = z
  .object({
    name: z.string(),
    workers: z.number().int().describe('Processes that were seen within 30 seconds'),
    slots: z.number().int().describe('Tasks that they run at a time'),
    running: z.number().int(),
    waiting: z.number().int().describe('Tasks that could run now'),
    waitingIsAtLeast: z.boolean().describe('Whether there are more than were counted'),
    later: z.number().int().describe('Tasks that wait for their next try'),
    estimatedSeconds: z
      .number()
      .nullable()
      .describe('Until what waits and runs is done by these workers; null where that is not known'),
    stages: z.array(
      z.object({
        stage: z.string(),
        served: z.boolean().describe('Whether some worker runs it'),
        running: z.number().int(),
        waiting: z.number().int(),
        later: z.number().int(),
        meanSeconds: z.number().nullable().describe('How long one takes; null while nobody knows'),
      }),
    ),
    engines: z.array(Opened).describe('What its workers opened'),
  })
  .meta({ id: 'Pool' });
export type PoolView = z.infer<typeof PoolView>;

export const PoolList = z.object({ pools: z.array(PoolView) }).meta({ id: 'PoolList' });
export type PoolList = z.infer<typeof PoolList>;

/** What a pool has to do, for whoever decides how many workers there should be. Internal: not part of the public API. */
export const PoolBacklog = z.object({
  pool: z.string(),
  running: z.number().int(),
  waiting: z.number().int().describe('Tasks that could run now, and those of tenants at their limit'),
  waitingIsEstimate: z.boolean().describe('Whether there are more than were counted'),
  later: z.number().int().describe('Tasks that wait for their next try'),
  workers: z.number().int().describe('Processes that were seen within 30 seconds'),
  slots: z.number().int().describe('Tasks that they run at a time'),
  estimatedSeconds: z
    .number()
    .describe(
      'How long one slot would take for what runs and what can be done now, one task after the other',
    ),
  targetSeconds: z.number().describe('As it was asked for: the time in which that is to be done'),
  slotsPerWorker: z.number().describe('As it was asked for, or as the workers there are have it'),
  desiredWorkers: z.number().int().describe('Workers that do it in that time; 0 when there is nothing to do'),
  stages: z.array(
    z.object({
      stage: z.string(),
      running: z.number().int(),
      waiting: z.number().int(),
      later: z.number().int(),
      meanSeconds: z.number().describe('What a task is taken to last'),
      measured: z.boolean().describe('Whether somebody timed it'),
    }),
  ),
});
export type PoolBacklog = z.infer<typeof PoolBacklog>;

export const ServedModelList = z
  .object({
    models: z.array(
      z.object({
        model: z.string(),
        engine: z.string(),
        device: z.string(),
        capabilities: z.array(z.string()),
        pools: z.array(z.string()),
        workers: z.number().int(),
      }),
    ),
  })
  .meta({ id: 'ServedModelList' });
export type ServedModelList = z.infer<typeof ServedModelList>;
