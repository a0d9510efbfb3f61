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
    wholeNumber(50, 3_600_000).default(1_000),
  ),
  webhookDeadlineMs: setting(
    {
      variable: 'INTERMODAL_WEBHOOK_DEADLINE_MS',
      description: 'How long a webhook may take to answer, in milliseconds.',
      example: '15000',
    },
    wholeNumber(100, 60_000).default(15_000),
  ),
};
