import { expect, test } from 'vitest';
import { z } from 'zod';
import { mayBeAbsent, withAbsence } from './absent-value.ts';

const schema = z.object({
  needed: z.string(),
  optional: z.string().optional(),
  nullable: z.string().nullable(),
  preset: z.string().default('x'),
});

test('a port may be absent when its schema takes nothing, in either form', () => {
  expect(Object.entries(schema.shape).map(([name, port]) => [name, mayBeAbsent(port)])).toEqual([
    ['needed', false],
    ['optional', true],
    ['nullable', true],
    ['preset', true],
  ]);
});

test('null becomes what the schema accepts', () => {
  const values = withAbsence(schema, {
    needed: 'a',
    optional: null,
    nullable: null,
    preset: null,
    other: null,
  });
  expect(values).toEqual({ needed: 'a', nullable: null });
  expect(withAbsence(schema, { needed: 'a' })).toEqual(values);
  expect(schema.parse(values)).toEqual({ needed: 'a', nullable: null, preset: 'x' });
});
