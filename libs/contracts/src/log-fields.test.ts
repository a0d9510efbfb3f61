import { expect, test } from 'vitest';
import { logFieldsOf } from './log-fields.ts';

test('what has a name keeps it, ids are as people see them, and the rest are details', () => {
  const jobId = '019ac5e3-cd5c-7874-8d1e-4f93d5306c4c';
  expect(logFieldsOf({ jobId, taskId: 't', code: undefined, tokens: 7, stage: 'a@1' })).toEqual({
    ...{ jobId: expect.stringMatching(/^job_[0-9a-z]{26}$/) as string, taskId: 't', stage: 'a@1' },
    details: { tokens: 7 },
  });
  expect(logFieldsOf(logFieldsOf({ tokens: 7, details: { rows: 1 } }))).toEqual({
    details: { tokens: 7, rows: 1 },
  });
});
