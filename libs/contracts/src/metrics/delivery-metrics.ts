import { ANSWER_SECONDS, type MetricAbout } from './about.ts';

/** HTTP in, webhooks out. */
export const DELIVERY_METRICS = {
  intermodal_http_requests_total: {
    kind: 'counter',
    help: 'Requests to the API that ended.',
    labels: {
      route: 'the template of the route, or `unmatched`',
      method: 'of HTTP; what is none of the usual is `other`',
      status: '`1xx` to `5xx`, or `abandoned` where the client went away first',
    },
    from: 'api',
  },
  intermodal_http_request_seconds: {
    kind: 'histogram',
    help: 'How long a request took, until the last byte of its answer. `?wait` and streams take as long as they were asked to.',
    labels: { route: 'the template of the route, or `unmatched`', method: 'of HTTP' },
    buckets: ANSWER_SECONDS,
    from: 'api',
  },
  intermodal_webhook_attempts_total: {
    kind: 'counter',
    help: 'Attempts to tell a webhook, by what came of the message.',
    labels: {
      outcome:
        '`delivered`, `again` (it is tried later), `failed` (given up) or `gone` (410: it wants no more)',
      status: '`2xx` to `5xx` of the answer, or `none` where there was none',
    },
    from: 'workers',
  },
  intermodal_webhook_attempt_seconds: {
    kind: 'histogram',
    help: 'How long an attempt to tell a webhook took.',
    labels: {},
    buckets: ANSWER_SECONDS,
    from: 'workers',
  },
} as const satisfies Record<`intermodal_${string}`, MetricAbout>;
