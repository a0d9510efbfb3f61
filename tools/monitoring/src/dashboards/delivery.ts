import { RANGE, type Dashboard } from './dashboard.ts';

export const delivery: Dashboard = {
  name: 'delivery',
  title: 'Intermodal: requests and webhooks',
  panels: [
    {
      title: 'Requests by route',
      about: 'By the template of the route.',
      unit: 'ops',
      queries: [
        {
          expr: `sum by (route, method) (rate(intermodal_http_requests_total[${RANGE}]))`,
          legend: '{{method}} {{route}}',
        },
      ],
    },
    {
      title: 'Requests that failed',
      about: '5xx is ours. abandoned: the client went away first.',
      unit: 'ops',
      queries: [
        {
          expr: `sum by (route, method, status) (rate(intermodal_http_requests_total{status=~"5xx|abandoned"}[${RANGE}]))`,
          legend: '{{status}} {{method}} {{route}}',
          rare: true,
        },
      ],
    },
    {
      title: 'Requests that were refused',
      about: '4xx: keys, limits and bodies that do not fit.',
      unit: 'ops',
      queries: [
        {
          expr: `sum by (route, method) (rate(intermodal_http_requests_total{status="4xx"}[${RANGE}]))`,
          legend: '{{method}} {{route}}',
          rare: true,
        },
      ],
    },
    {
      title: 'Seconds of a request, p95 by route',
      about: 'Routes that wait on purpose (?wait, streams) take as long as they were asked to.',
      unit: 's',
      queries: [
        {
          expr: `histogram_quantile(0.95, sum by (route, method, le) (rate(intermodal_http_request_seconds_bucket[${RANGE}])))`,
          legend: '{{method}} {{route}}',
        },
      ],
    },
    {
      title: 'Attempts to tell webhooks',
      about: 'again: tried later. failed: given up after the last.',
      unit: 'ops',
      queries: [
        {
          expr: `sum by (outcome, status) (rate(intermodal_webhook_attempts_total[${RANGE}]))`,
          legend: '{{outcome}} {{status}}',
          rare: true,
        },
      ],
    },
    {
      title: 'Seconds of an attempt, p95',
      about: 'INTERMODAL_WEBHOOK_DEADLINE_MS is the longest.',
      unit: 's',
      queries: [
        {
          expr: `histogram_quantile(0.95, sum by (le) (rate(intermodal_webhook_attempt_seconds_bucket[${RANGE}])))`,
          legend: 'p95',
        },
      ],
    },
    {
      title: 'Messages that wait',
      about: 'later: after a failed attempt. Counted up to 10,000.',
      unit: 'short',
      queries: [{ expr: 'max by (due) (intermodal_webhook_messages_waiting)', legend: '{{due}}' }],
    },
    {
      title: 'How late the oldest message is',
      about: 'Among those whose target is not left alone.',
      unit: 's',
      queries: [{ expr: 'max(intermodal_webhook_oldest_due_seconds)', legend: 'late' }],
    },
    {
      title: 'Targets that are left alone',
      about: 'Their breaker is open: they failed again and again.',
      unit: 'short',
      queries: [{ expr: 'max(intermodal_webhook_breakers_open)', legend: 'breakers' }],
    },
    {
      title: 'Bytes through the API',
      about:
        'in: downloads read from the store; out: uploads written to it. Uploads and downloads past the API are not in it.',
      unit: 'Bps',
      queries: [
        {
          expr: `sum by (direction) (rate(intermodal_artifact_bytes_total{pool=""}[${RANGE}]))`,
          legend: '{{direction}}',
          rare: true,
        },
      ],
    },
  ],
};
