import type { WebhookAnswer, WebhookSettlement } from '@intermodal/pipeline';

export type Judged = Omit<WebhookSettlement, 'eventId' | 'endpointId' | 'token'>;

/** A whole endpoint is left alone for no longer, whatever it asks for; the message itself waits as long as was asked. */
const LONGEST_PAUSE_MS = 3_600_000;

/**
 * What follows from an attempt. 2xx is delivered, 410 ends it for good, anything else is tried again by the schedule, with
 * jitter, and not before the endpoint wants to be asked again; until then it is told nothing else either.
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
  const { status } = answer;
  const told = {
    ...{ status, durationMs: answer.durationMs, request: answer.request ?? null },
    answer: status === null ? null : (answer.body ?? null),
  };
  if (status !== null && status >= 200 && status < 300)
    return { ...told, verdict: 'delivered', delayMs: null, pauseMs: 0, error: null };
  const asked = status === null ? 0 : (answer.retryAfterMs ?? 0);
  const failed = {
    ...told,
    ...{ delayMs: null, pauseMs: Math.min(asked, LONGEST_PAUSE_MS), error: problemOf(answer) },
  };
  if (status === 410) return { ...failed, verdict: 'gone' };
  const delayMs = schedule[attempt];
  if (delayMs === undefined) return { ...failed, verdict: 'failed' };
  const jittered = Math.round(delayMs * (0.8 + 0.4 * random));
  return { ...failed, verdict: 'again', delayMs: Math.max(jittered, asked) };
}

function problemOf(answer: WebhookAnswer): string {
  if (answer.status === null) return answer.problem;
  if (answer.status === 410) return 'It answered 410 Gone: it is told nothing more.';
  if (answer.status >= 300 && answer.status < 400)
    return `It answered ${answer.status}; redirects are not followed.`;
  return `It answered ${answer.status}.`;
}
