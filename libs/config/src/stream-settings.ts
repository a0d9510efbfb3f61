import { setting, wholeNumber } from './setting.ts';

/** Of streams of events: see `GET /v1/jobs/:id/events`. */
export const streamSettings = {
  streamsMax: setting(
    {
      variable: 'INTERMODAL_STREAMS_MAX',
      description:
        'How many streams of events a tenant may have open at a time at one API process; more are refused with quota.streams.',
      example: '200',
    },
    wholeNumber(1, 1_000_000).default(200),
  ),
  streamStallMs: setting(
    {
      variable: 'INTERMODAL_STREAM_STALL_MS',
      description:
        'For how long the reader of a stream may read nothing while there is something to read, in milliseconds; then it is cut off, ' +
        'and may come again.',
      example: '30000',
    },
    wholeNumber(100, 600_000).default(30_000),
  ),
};
