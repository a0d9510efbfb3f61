import { setting, wholeNumber } from './setting.ts';

/** What ends requests that do not arrive, with 408: nobody holds a connection by sending next to nothing. */
export const slowClientSettings = {
  headersTimeoutMs: setting(
    {
      variable: 'INTERMODAL_HEADERS_TIMEOUT_MS',
      description: 'How long the headers of a request may take to arrive, in milliseconds.',
      example: '15000',
    },
    wholeNumber(100, 600_000).default(15_000),
  ),
  bodyTimeoutMs: setting(
    {
      variable: 'INTERMODAL_BODY_TIMEOUT_MS',
      description:
        'How long a body of JSON may take to arrive, and for how long an upload may be slower than ' +
        'INTERMODAL_UPLOAD_MIN_BYTES_PER_SECOND, in milliseconds.',
      example: '30000',
    },
    wholeNumber(100, 600_000).default(30_000),
  ),
  uploadMinBytesPerSecond: setting(
    {
      variable: 'INTERMODAL_UPLOAD_MIN_BYTES_PER_SECOND',
      description: 'The slowest that an upload may be over the time of INTERMODAL_BODY_TIMEOUT_MS.',
      example: '1000',
    },
    wholeNumber(0, 2 ** 30).default(1_000),
  ),
};
