import { IntermodalError } from '@intermodal/contracts';

export const keyConflict = (): IntermodalError =>
  new IntermodalError(
    'idempotency.conflict',
    'Idempotency-Key was used with another request: send the same request again, or choose a new key.',
  );
