import { z } from 'zod';
import { setting, wholeNumber } from './setting.ts';
import { shared } from './shared-settings.ts';

const DAY_MS = 86_400_000;

/** How workers tell webhooks. */
export const webhookSettings = {
  secretKey: shared.secretKey,
  webhookScheduleMs: setting(
    {
      variable: 'INTERMODAL_WEBHOOK_SCHEDULE_MS',
      description:
        'How long after the attempt before each further attempt to tell a webhook is made, in milliseconds; as many ' +
        'attempts as there are numbers, the first of them usually at once.',
      example: '0,5000,300000',
    },
    z
      .string()
      .regex(/^\d{1,9}(,\d{1,9}){0,19}$/, 'expected up to 20 whole numbers with commas between them')
      .default('0,5000,300000,1800000,7200000,18000000,36000000,36000000')
      .transform((text) => text.split(',').map(Number))
      .refine(
        (delays) => delays.every((delay) => delay <= DAY_MS),
        'expected a day (86400000) at most for each',
      ),
  ),
  webhookPollMs: setting(
    {
      variable: 'INTERMODAL_WEBHOOK_POLL_MS',
      description: 'How often messages to webhooks that are due are looked for, in milliseconds.',
      example: '1000',
    },
    wholeNumber(50, 3_600_000).default(500),
  ),
  webhookDeadlineMs: setting(
    {
      variable: 'INTERMODAL_WEBHOOK_DEADLINE_MS',
      description: 'How long a webhook may take to answer, in milliseconds.',
      example: '15000',
    },
    wholeNumber(100, 60_000).default(15_000),
  ),
  webhookLeaseMs: setting(
    {
      variable: 'INTERMODAL_WEBHOOK_LEASE_MS',
      description:
        'How long a worker holds a message to a webhook without saying so again, in milliseconds: so long after its end others send it.',
      example: '5000',
    },
    wholeNumber(100, 600_000).default(5_000),
  ),
  webhookFailuresMax: setting(
    {
      variable: 'INTERMODAL_WEBHOOK_FAILURES_MAX',
      description:
        'After how many failures in a row a webhook is left alone for INTERMODAL_WEBHOOK_PAUSE_MS.',
      example: '5',
    },
    wholeNumber(1, 1_000).default(5),
  ),
  webhookPauseMs: setting(
    {
      variable: 'INTERMODAL_WEBHOOK_PAUSE_MS',
      description:
        'How long a webhook that fails is left alone before one message is tried, in milliseconds; twice as long each time that fails ' +
        'too, up to 32 times.',
      example: '30000',
    },
    wholeNumber(10, 3_600_000).default(30_000),
  ),
  webhookDisableMs: setting(
    {
      variable: 'INTERMODAL_WEBHOOK_DISABLE_MS',
      description:
        'After how long without a break in its failures a webhook is disabled, and a message that waits for it is given up, in milliseconds.',
      example: '432000000',
    },
    wholeNumber(1_000, 90 * DAY_MS).default(5 * DAY_MS),
  ),
};

/** When a webhook that fails is left alone. */
export const breakerOf = (values: {
  readonly webhookFailuresMax: number;
  readonly webhookPauseMs: number;
  readonly webhookDisableMs: number;
}): { readonly failuresMax: number; readonly pauseMs: number; readonly disableMs: number } => ({
  failuresMax: values.webhookFailuresMax,
  pauseMs: values.webhookPauseMs,
  disableMs: values.webhookDisableMs,
});
