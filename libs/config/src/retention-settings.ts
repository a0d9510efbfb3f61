import { setting, wholeNumber } from './setting.ts';

const HOUR_MS = 3_600_000;

/** What is kept how long. Any worker may tidy up: all of them must be told the same. */
export const retentionSettings = {
  keepFinishedMs: setting(
    {
      variable: 'INTERMODAL_KEEP_FINISHED_MS',
      description:
        'How long a job is kept after it has ended, with its files, in milliseconds; 30 days when left out, 0 for ever.',
      example: '604800000',
    },
    wholeNumber(0, 10 ** 13).default(30 * 24 * HOUR_MS),
  ),
  keepAuditMs: setting(
    {
      variable: 'INTERMODAL_KEEP_AUDIT_MS',
      description: 'How long the audit log is kept, in milliseconds; 400 days when left out, 0 for ever.',
      example: '34560000000',
    },
    wholeNumber(0, 10 ** 13).default(400 * 24 * HOUR_MS),
  ),
  orphanAgeMs: setting(
    {
      variable: 'INTERMODAL_ORPHAN_AGE_MS',
      description:
        'How old a file of the artifact store must be to be deleted when the database does not know it, in milliseconds; ' +
        'a day when left out, an hour at least, 0 for never. A bucket or folder belongs to one database.',
      example: '86400000',
    },
    wholeNumber(0, 10 ** 13).default(24 * HOUR_MS),
  ),
};

export const orphanAgeFault = (orphanAgeMs: number | undefined): string | undefined =>
  orphanAgeMs !== undefined && orphanAgeMs > 0 && orphanAgeMs < HOUR_MS
    ? `is ${orphanAgeMs}, less than an hour: files that are being written would be deleted. Raise it, or set it to 0 for never.`
    : undefined;
