import type { WebhookAnswer, WebhookSettlement } from '@intermodal/pipeline';

export type Judged = Pick<WebhookSettlement, 'verdict' | 'delayMs' | 'status' | 'durationMs' | 'error'>;

/**
 * What follows from an attempt. 2xx is delivered, 410 ends it for good, anything else is tried again by the schedule, with
 * jitter, and not before the endpoint wants to be asked again.
 * @param attempt that was made, from 1
 * @param schedule the delay before each attempt, in milliseconds
 * @param random 0..1
 */
export function nextAttempt(
  attempt: number,
  answer: WebhookAnswer,
  schedule: readonly number[],
  random: number,
): Judged {
  const { status, durationMs } = answer;
  if (status !== null && status >= 200 && status < 300)
    return { verdict: 'delivered', delayMs: null, status, durationMs, error: null };
  const error = problemOf(answer);
  if (status === 410) return { verdict: 'gone', delayMs: null, status, durationMs, error };
  const delayMs = schedule[attempt];
  if (delayMs === undefined) return { verdict: 'failed', delayMs: null, status, durationMs, error };
  const asked = status === null ? 0 : (answer.retryAfterMs ?? 0);
  const jittered = Math.round(delayMs * (0.8 + 0.4 * random));
  return { verdict: 'again', delayMs: Math.max(jittered, asked), status, durationMs, error };
}

function problemOf(answer: WebhookAnswer): string {
  if (answer.status === null) return answer.problem;
  if (answer.status === 410) return 'It answered 410 Gone: it is told nothing more.';
  if (answer.status >= 300 && answer.status < 400)
    return `It answered ${answer.status}; redirects are not followed.`;
  return `It answered ${answer.status}.`;
}
