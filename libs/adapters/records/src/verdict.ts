import { IntermodalError } from '@intermodal/contracts';

/** What the record says to a submission. */
export type Verdict = 'created' | 'known' | 'conflict' | 'full';

/** @throws IntermodalError `idempotency.conflict`, `quota.open_jobs`: what was begun is rolled back */
export function refuse(verdict: Verdict): void {
  if (verdict === 'conflict')
    throw new IntermodalError(
      'idempotency.conflict',
      'Idempotency-Key was used with another request: send the same request again, or choose a new key.',
    );
  if (verdict === 'full')
    throw new IntermodalError(
      'quota.open_jobs',
      'With this you would have more jobs that have not ended than you may: wait until some have, or cancel some.',
    );
}
