import { expect, test } from 'vitest';
import { openTestRecords } from './test-records.testing.ts';

test('ended leases are let be for one lease after anybody had lost contact, or nobody had swept when somebody new came', async () => {
  await using opened = await openTestRecords();
  const { tasks } = opened.records;
  const later = (ms: number) =>
    opened.sql.query(
      `UPDATE sweeper SET swept_at = swept_at - make_interval(secs => $1), trusted_from = trusted_from - make_interval(secs => $1)`,
      [ms / 1_000],
    );
  // The very first: who knows for how long nobody could.
  expect(await tasks.clock('new')).toBe(null);
  expect(await tasks.clock('kept')).toBe(null);
  await later(15_000);
  expect(await tasks.clock('kept')).toEqual(expect.any(String));
  // Others swept all the while.
  expect(await tasks.clock('new')).toEqual(expect.any(String));
  expect(await tasks.clock('lost')).toBe(null);
  expect(await tasks.clock('kept')).toBe(null);
  await later(16_000);
  expect(await tasks.clock('kept')).toEqual(expect.any(String));
  // A lone worker that sweeps seldom has lost nothing; who is new cannot tell.
  await later(8_000);
  expect(await tasks.clock('kept')).toEqual(expect.any(String));
  await later(8_000);
  expect(await tasks.clock('new')).toBe(null);
});
