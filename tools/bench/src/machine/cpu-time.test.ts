import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cpuSeconds } from './cpu-time.ts';

test.skipIf(!existsSync('/proc/self/stat'))(
  'a process has used some time, and never less than before',
  () => {
    const before = cpuSeconds(process.pid);
    expect(before).toBeGreaterThan(0);
    expect(cpuSeconds(process.pid)).toBeGreaterThanOrEqual(before);
  },
);

test.skipIf(!existsSync('/proc/self/stat'))('a process that is not there is an error, not a zero', () => {
  expect(() => cpuSeconds(2 ** 30)).toThrow('has ended');
});
