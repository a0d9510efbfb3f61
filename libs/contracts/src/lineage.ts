import { z } from 'zod';
import { ArtifactRef } from './artifact.ts';
import { idSchema } from './id.ts';
import { Ran } from './job.ts';

export const Lineage = z
  .object({
    artifact: ArtifactRef,
    createdAt: z.iso.datetime(),
    madeBy: z
      .object({
        job: idSchema('job'),
        task: idSchema('task'),
        path: z.string().describe('Of the task within its job, e.g. lines[3].said'),
        stage: z.string().describe('stage@version'),
        pipeline: z.string().describe('name@version'),
        ...Ran.shape,
        params: z.record(z.string(), z.unknown()),
      })
      .nullable()
      .describe('null: it was uploaded'),
    from: z.array(ArtifactRef).describe('The files that the task was given; ask for theirs to go on'),
  })
  .meta({ id: 'Lineage' });
export type Lineage = z.infer<typeof Lineage>;
