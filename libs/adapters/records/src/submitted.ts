import { IntermodalError } from '@intermodal/contracts';
import type { Delivery } from '@intermodal/pipeline';
import type { Database } from './database.ts';

/** Tasks that a submission made ready, as the queue wants them. */
export const deliveriesOf = (query: Database['query'], taskIds: readonly string[]): Promise<Delivery[]> =>
  query<Delivery>('deliveries', 'SELECT id AS "taskId", stage, attempt FROM task WHERE id = ANY ($1)', [
    taskIds,
  ]);

export const keyConflict = (): IntermodalError =>
  new IntermodalError(
    'idempotency.conflict',
    'Idempotency-Key was used with another request: send the same request again, or choose a new key.',
  );
