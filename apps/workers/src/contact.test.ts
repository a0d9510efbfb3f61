import { expect, test } from 'vitest';
import { Contact } from './contact.ts';

const LEASE_MS = 1_000;

function contactAt() {
  const state = { now: 0, away: false, slowMs: 0 };
  const clock = async (): Promise<string> => {
    state.now += state.slowMs;
    if (state.away) throw new Error('away');
    return `at ${state.now}`;
  };
  const contact = new Contact({ clock }, LEASE_MS, () => state.now);
  return {
    state,
    /** What a sweep at that moment would go by. */
    at: (now: number) => {
      state.now = now;
      return contact.leasesEndedBefore().catch(() => 'failed');
    },
  };
}

test('who has only just come waits for one lease, then goes by the clock of the database', async () => {
  const { at } = contactAt();
  expect(await at(10)).toBe(null);
  expect(await at(1_009)).toBe(null);
  expect(await at(1_010)).toBe('at 1010');
});

test('after an outage of more than half a lease, one lease is waited for; a shorter one changes nothing', async () => {
  const { at, state } = contactAt();
  await at(0);
  expect(await at(1_000)).toBe('at 1000');
  state.away = true;
  expect(await at(1_300)).toBe('failed');
  state.away = false;
  expect(await at(1_500)).toBe('at 1500');
  state.away = true;
  expect(await at(1_900)).toBe('failed');
  expect(await at(2_100)).toBe('failed');
  state.away = false;
  expect(await at(2_200)).toBe(null);
  expect(await at(3_199)).toBe(null);
  expect(await at(3_200)).toBe('at 3200');
});

test('an answer that took more than half a lease is an outage, too', async () => {
  const { at, state } = contactAt();
  await at(0);
  expect(await at(1_000)).toBe('at 1000');
  state.slowMs = 600;
  expect(await at(1_200)).toBe(null);
  state.slowMs = 0;
  expect(await at(2_799)).toBe(null);
  expect(await at(2_800)).toBe('at 2800');
});

test('rounds far apart, without a failure, are no outage: a slow sweeper still frees what is lost', async () => {
  const { at } = contactAt();
  await at(0);
  expect(await at(5_000)).toBe('at 5000');
  expect(await at(10_000)).toBe('at 10000');
});
