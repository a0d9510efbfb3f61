import { expect, test } from 'vitest';
import { schemaFaults, versionFault } from './start-faults.ts';

const OWN = ['migrations/0001-tables.sql', 'migrations/0002-more.sql', 'functions/0010-evaluate.sql'];

test('a schema that is as the program knows it has no faults; functions that were dropped since do not matter', () => {
  expect(schemaFaults(OWN, [...OWN, 'functions/0099-former.sql'], { migrates: false })).toEqual([]);
});

test('what is missing is named, except to who brings it up to date by itself', () => {
  expect(schemaFaults(OWN, OWN.slice(0, 1), { migrates: false })).toEqual([
    expect.stringMatching(/lacks migrations\/0002-more.sql, functions\/0010.*Run `intermodal migrate`/),
  ]);
  expect(schemaFaults(OWN, [], { migrates: true })).toEqual([]);
});

test('a schema of a newer program is refused by both where that one said that it breaks, and by none where it only added', () => {
  for (const migrates of [true, false]) {
    expect(schemaFaults(OWN, [...OWN, 'migrations/9999-later.sql'], { migrates })).toEqual([]);
    expect(schemaFaults(OWN, [...OWN, 'migrations/9999-breaking-ids.sql'], { migrates })).toEqual([
      expect.stringMatching(/has migrations\/9999-breaking-ids.sql, .*cannot work with.*newer version/),
    ]);
  }
});

test('PostgreSQL 15 is the oldest', () => {
  expect(versionFault(140_012, '14.12')).toMatch(/PostgreSQL there is 14.12, and 15 is the oldest/);
  expect(versionFault(150_000, '15.0')).toBeUndefined();
});
