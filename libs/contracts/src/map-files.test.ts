import { expect, test } from 'vitest';
import { z } from 'zod';
import { file, LocalFile, toJsonSchema } from './artifact.ts';
import { mapFiles } from './map-files.ts';

const schema = z.object({
  one: file('audio/wav'),
  maybe: file('image/*').optional(),
  many: z.array(z.object({ at: z.number(), picture: file('image/*').nullable() })),
  text: z.string(),
});

test('every file is visited with its type and place, and nothing else is', async () => {
  const visited: [unknown, string, string][] = [];
  const value = {
    one: 'a',
    many: [
      { at: 1, picture: 'b' },
      { at: 2, picture: null },
    ],
    text: 'one',
  };
  const mapped = await mapFiles(schema, value, async (given, mediaType, path) => {
    visited.push([given, mediaType, path]);
    return `${String(given)}!`;
  });
  expect(visited).toEqual([
    ['a', 'audio/wav', 'one'],
    ['b', 'image/*', 'many[0].picture'],
  ]);
  expect(mapped).toEqual({
    one: 'a!',
    many: [
      { at: 1, picture: 'b!' },
      { at: 2, picture: null },
    ],
    text: 'one',
  });
  expect(value.one).toBe('a');
});

test('a file has a type that is looked at', () => {
  expect(file('audio/*').safeParse(new LocalFile('x', 'audio/wav')).success).toBe(true);
  expect(file('audio/*').safeParse(new LocalFile('x', 'image/png')).success).toBe(false);
  expect(file('*/*').safeParse(new LocalFile('x', 'image/png')).success).toBe(true);
  expect(file('audio/*').safeParse('x').success).toBe(false);
});

test('the JSON Schema names the artifact and its type', () => {
  expect(toJsonSchema(schema)).toMatchObject({
    properties: {
      one: { $ref: '#/components/schemas/Artifact', 'x-media-type': 'audio/wav' },
      many: { items: { required: ['at', 'picture'] } },
    },
    required: ['one', 'many', 'text'],
  });
});
