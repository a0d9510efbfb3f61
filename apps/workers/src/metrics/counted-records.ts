import type { Metrics, TaskRecords, WebhookRecords } from '@intermodal/pipeline';

type Call = 'claim' | 'admit' | 'settle' | 'heartbeat' | 'sweep';

/** The same records; what this process asks of them and hears is counted. */
export function countedRecords(records: TaskRecords, metrics: Metrics): TaskRecords {
  const counted = async <Result>(call: Call, answer: Promise<Result>): Promise<Result> => {
    try {
      const result = await answer;
      metrics.count('intermodal_record_calls_total', { call, outcome: 'done' });
      return result;
    } catch (error) {
      metrics.count('intermodal_record_calls_total', { call, outcome: 'failed' });
      throw error;
    }
  };
  const leased = (by: Call, tasks: number): void => {
    if (tasks > 0) metrics.observe('intermodal_claimed_tasks', { by }, tasks);
  };
  return {
    ...records,
    async claim(...given) {
      const claims = await counted('claim', records.claim(...given));
      leased('claim', claims.tasks.length);
      return claims;
    },
    async admit(...given) {
      const admitted = await counted('admit', records.admit(...given));
      leased('admit', admitted.claimed.length);
      return admitted;
    },
    async settle(...given) {
      const result = await counted('settle', records.settle(...given));
      metrics.observe('intermodal_settled_tasks', {}, given[0].length);
      if (result.fenced.length > 0)
        metrics.count('intermodal_settlements_fenced_total', {}, result.fenced.length);
      leased('settle', result.claimed.length);
      return result;
    },
    heartbeat: (...given) => counted('heartbeat', records.heartbeat(...given)),
    async sweep(...given) {
      const swept = await counted('sweep', records.sweep(...given));
      if (swept.expired > 0) metrics.count('intermodal_leases_expired_total', {}, swept.expired);
      if (swept.unclaimed > 0) metrics.count('intermodal_tasks_sent_again_total', {}, swept.unclaimed);
      return swept;
    },
  };
}

/** The same records; attempts that are told to them are counted. */
export const countedWebhooks = (records: WebhookRecords, metrics: Metrics): WebhookRecords => ({
  ...records,
  async settle(settlement, breaker) {
    const { status, verdict, durationMs } = settlement;
    const family = status === null ? 'none' : `${Math.floor(status / 100)}xx`;
    metrics.count('intermodal_webhook_attempts_total', { outcome: verdict, status: family });
    metrics.observe('intermodal_webhook_attempt_seconds', {}, durationMs / 1_000);
    await records.settle(settlement, breaker);
  },
});
