import { z } from 'zod';
import { setting, wholeNumber } from './setting.ts';

/** What a tenant may take that has no limit of its own. */
export const tenantLimitSettings = {
  requestsPerSecond: setting(
    {
      variable: 'INTERMODAL_REQUESTS_PER_SECOND',
      description:
        'How many requests a tenant may make in the long run; more are refused with rate.limited. Left out, any number. ' +
        'A tenant may have another limit: `intermodal tenants set`.',
      example: '50',
    },
    z.coerce
      .number('expected a number')
      .min(0.1, 'expected 0.1 at least')
      .max(1_000_000, 'expected 1000000 at most')
      .optional(),
  ),
  requestBurst: setting(
    {
      variable: 'INTERMODAL_REQUEST_BURST',
      description:
        'How many requests of a tenant may come at once; left out, as many as INTERMODAL_REQUESTS_PER_SECOND, and 10 at least.',
      example: '200',
    },
    wholeNumber(1, 1_000_000).optional(),
  ),
  storedBytesMax: setting(
    {
      variable: 'INTERMODAL_STORED_BYTES_MAX',
      description:
        'How many bytes the files of a tenant may have; uploads that do not fit are refused with quota.stored_bytes. Left out, any number.',
      example: '1099511627776',
    },
    wholeNumber(1, 2 ** 50).optional(),
  ),
  computeSecondsMax: setting(
    {
      variable: 'INTERMODAL_COMPUTE_SECONDS_MAX',
      description:
        'How many seconds the tasks of a tenant may take in a calendar month (UTC); jobs are refused with quota.compute_seconds when they ' +
        'are used up. Left out, any number.',
      example: '360000',
    },
    wholeNumber(1, 1_000_000_000).optional(),
  ),
};
