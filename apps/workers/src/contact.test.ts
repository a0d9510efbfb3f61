import type { Contact } from '@intermodal/pipeline';
import { expect, test } from 'vitest';
import { ContactWatch } from './contact.ts';

const LEASE_MS = 1_000;

function watchAt() {
  const state = { now: 0, away: false, slowMs: 0 };
  const told: Contact[] = [];
  const clock = async (contact: Contact): Promise<string> => {
    state.now += state.slowMs;
    if (state.away) throw new Error('away');
    told.push(contact);
    state.slowMs = 0;
    return `at ${state.now}`;
  };
  const contact = new ContactWatch({ clock }, LEASE_MS, () => state.now);
  /** What the records were told at that moment. */
  const at = async (now: number): Promise<Contact[]> => {
    state.now = now;
    await contact.leasesEndedBefore().catch(() => {});
    return told.splice(0);
  };
  return { state, at };
}

test('who has only just come says so, once; rounds far apart without a failure are no outage', async () => {
  const { at } = watchAt();
  expect(await at(5_000)).toEqual(['new']);
  expect(await at(10_000)).toEqual(['kept']);
});

test('contact was lost when it failed for more than half a lease; a shorter failure changes nothing', async () => {
  const { at, state } = watchAt();
  await at(1_000);
  state.away = true;
  await at(1_300);
  state.away = false;
  expect(await at(1_500)).toEqual(['kept']);
  state.away = true;
  await at(1_900);
  await at(2_100);
  state.away = false;
  expect(await at(2_200)).toEqual(['kept', 'lost']);
  expect(await at(2_300)).toEqual(['kept']);
});

test('an answer that took more than half a lease is an outage, too', async () => {
  const { at, state } = watchAt();
  await at(1_000);
  state.slowMs = 600;
  expect(await at(1_200)).toEqual(['kept', 'lost']);
});
