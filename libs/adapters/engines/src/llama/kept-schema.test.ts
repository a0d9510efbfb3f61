import { describe, expect, it } from 'vitest';
import { checkKept } from './kept-schema.ts';

describe('checkKept', () => {
  it('takes what a grammar can be made of, and properties that are called as keywords are', () => {
    expect(() =>
      checkKept({
        title: 'A plate',
        type: 'object',
        properties: { pattern: { $ref: '#/$defs/plate' }, minimum: { enum: [{ pattern: 1 }] } },
        required: ['pattern'],
        $defs: { plate: { type: 'array', items: { type: 'string', maxLength: 9 } } },
      }),
    ).not.toThrow();
  });

  it.each([
    [{ type: 'string', pattern: '^a' }, "'schema.pattern' is not among"],
    [{ properties: { a: { minimum: 3 } } }, "'schema.properties.a.minimum'"],
    [{ oneOf: [{ type: 'null' }, { anyOf: [] }] }, "'schema.oneOf[1].anyOf'"],
    [{ $defs: { a: { multipleOf: 2 } } }, "'schema.$defs.a.multipleOf'"],
    [{ items: { $ref: '#/elsewhere' } }, "'schema.items.$ref' names nothing"],
  ])('refuses %j', (schema, sentence) => {
    expect(() => checkKept(schema)).toThrow(sentence);
  });
});
