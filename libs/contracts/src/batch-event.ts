import { z } from 'zod';
import { BatchView } from './batch.ts';
import { idSchema } from './id.ts';

const fields = {
  batch: idSchema('batch'),
  status: BatchView.shape.status,
  counts: BatchView.shape.counts,
  percent: BatchView.shape.percent,
};

/** How far a batch is, as its stream tells it. */
export const BatchEvent = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('batch.progress'), ...fields }),
    z.object({ type: z.literal('batch.completed'), ...fields }),
    z.object({ type: z.literal('batch.failed'), ...fields }),
    z.object({ type: z.literal('batch.cancelled'), ...fields }),
  ])
  .meta({ id: 'BatchEvent' });
export type BatchEvent = z.infer<typeof BatchEvent>;

/** After one of these a stream ends. */
export const isLastBatchEvent = ({ type }: BatchEvent): boolean => type !== 'batch.progress';
