import type { Alert } from './alert.ts';

const REQUESTS = 'intermodal_http_requests_total';
const requests = (status: string) =>
  `${REQUESTS}{job="intermodal-api", route="/v1/jobs", method="POST", status="${status}"}`;
const late = 'intermodal_webhook_oldest_due_seconds{instance="a"}';
const breakers = 'intermodal_webhook_breakers_open{instance="a"}';
const told = (outcome: string) =>
  `intermodal_webhook_attempts_total{pool="text", outcome="${outcome}", status="5xx"}`;

export const DELIVERY_ALERTS: readonly Alert[] = [
  {
    name: 'IntermodalApiFails',
    severity: 'critical',
    expr:
      `sum(rate(${REQUESTS}{status="5xx"}[5m])) / sum(rate(${REQUESTS}[5m])) > 0.05 ` +
      `and sum(increase(${REQUESTS}{status="5xx"}[5m])) > 5`,
    holdsFor: '3m',
    summary: 'Of the requests to the API, {{ $value | humanizePercentage }} are answered with 5xx.',
    fires: { series: { [requests('2xx')]: '0+50x20', [requests('5xx')]: '0+10x20' }, atMinutes: 12 },
    silent: {
      'requests that were refused': {
        series: { [requests('2xx')]: '0+50x20', [requests('4xx')]: '0+50x20' },
        atMinutes: 12,
      },
      'one of few': { series: { [requests('2xx')]: '0x20', [requests('5xx')]: '0x5 1x20' }, atMinutes: 9 },
    },
  },
  {
    name: 'IntermodalWebhooksLate',
    severity: 'warning',
    expr: 'max(intermodal_webhook_oldest_due_seconds) > 120',
    holdsFor: '5m',
    summary:
      'A message to a webhook is {{ $value | humanizeDuration }} late, though its target is not left alone.',
    fires: { series: { [late]: '0 60+60x20' }, atMinutes: 12 },
    silent: { 'messages that are told in time': { series: { [late]: '2x20' }, atMinutes: 12 } },
  },
  {
    name: 'IntermodalWebhooksGivenUp',
    severity: 'warning',
    expr: 'sum(increase(intermodal_webhook_attempts_total{outcome="failed"}[1h])) > 10',
    holdsFor: '0m',
    summary: '{{ $value | humanize }} messages to webhooks were given up in an hour, after the last attempt.',
    fires: { series: { [told('failed')]: '0+1x60' }, atMinutes: 50 },
    silent: { 'attempts that are made again': { series: { [told('again')]: '0+5x60' }, atMinutes: 50 } },
  },
  {
    name: 'IntermodalWebhookTargetsAway',
    severity: 'warning',
    expr: 'max(intermodal_webhook_breakers_open) > 5',
    holdsFor: '30m',
    summary:
      '{{ $value }} targets of webhooks have been left alone for half an hour: perhaps it is our way out that is shut.',
    fires: { series: { [breakers]: '8x60' }, atMinutes: 45 },
    silent: { 'one receiver that is away': { series: { [breakers]: '1x60' }, atMinutes: 45 } },
  },
];
