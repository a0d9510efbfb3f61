import fc, { type Arbitrary } from 'fast-check';

export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
}

const MAX_DEPTH = 4;

/** Texts that have broken something somewhere. */
export const ODD_TEXTS: readonly string[] = [
  ...[
    '',
    ' ',
    '\0',
    '\ud800',
    '__proto__',
    'constructor',
    '../../etc/passwd',
    '%00',
    "'; DROP TABLE job; --",
    '💥',
  ],
  ...['-1', '1e309', 'NaN', 'null', 'true', '[]', '{}', 'a'.repeat(2_000), 'art_00000000000000000000000000'],
];
const ODD_NUMBERS = [0, -0, -1, 0.5, 1e21, 2 ** 31, 2 ** 53, -(2 ** 63)];

const oddText = fc.oneof(fc.constantFrom(...ODD_TEXTS), fc.string({ unit: 'binary' }));
const junk: Arbitrary<unknown> = fc.oneof(
  oddText,
  fc.constantFrom(...ODD_NUMBERS),
  fc.jsonValue({ maxDepth: 2 }),
);

/** Values of a JSON Schema, now and then with something else in the place of a part. */
export function nearlyValid(schema: JsonSchema): Arbitrary<unknown> {
  return build(schema, schema.$defs ?? {}, 0);
}

function build(
  schema: JsonSchema,
  defs: Readonly<Record<string, JsonSchema>>,
  depth: number,
): Arbitrary<unknown> {
  return fc.oneof({ weight: 12, arbitrary: valid(schema, defs, depth) }, { weight: 1, arbitrary: junk });
}

function valid(
  schema: JsonSchema,
  defs: Readonly<Record<string, JsonSchema>>,
  depth: number,
): Arbitrary<unknown> {
  if (depth > MAX_DEPTH) return junk;
  const inner = (one: JsonSchema) => build(one, defs, depth + 1);
  if (schema.$ref !== undefined) return inner(defs[schema.$ref.split('/').at(-1)!] ?? {});
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return fc.oneof(...choices.map(inner));
  switch ([schema.type].flat()[0]) {
    case 'object':
      return objects(schema, inner);
    case 'array':
      return fc.array(inner(schema.items ?? {}), { maxLength: 4 });
    case 'integer':
    case 'number':
      return fc.oneof(
        fc.integer({
          min: Math.ceil(schema.minimum ?? -1_000),
          max: Math.floor(Math.min(schema.maximum ?? 1e6, 1e6)),
        }),
        fc.constantFrom(...ODD_NUMBERS),
      );
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'string':
      return fc.oneof({ weight: 6, arbitrary: texts(schema) }, { weight: 1, arbitrary: oddText });
    default:
      return junk;
  }
}

function objects(schema: JsonSchema, inner: (one: JsonSchema) => Arbitrary<unknown>): Arbitrary<unknown> {
  const properties = Object.fromEntries(
    Object.entries(schema.properties ?? {}).map(([name, one]) => [name, inner(one)]),
  );
  const required = schema.required ?? [];
  // Now and then something that is asked for is left out.
  const named = fc.oneof(
    { weight: 8, arbitrary: fc.record(properties, { requiredKeys: [...required] as never[] }) },
    { weight: 1, arbitrary: fc.record(properties, { requiredKeys: [] }) },
  );
  const others = fc.dictionary(fc.constantFrom('a', 'audio', 'text', 'x-y', '__proto__', ''), inner({}), {
    maxKeys: 3,
  });
  const isOpen = typeof schema.additionalProperties === 'object' || schema.properties === undefined;
  const more = isOpen
    ? others
    : fc.oneof({ weight: 15, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: others });
  return fc.tuple(named, more).map(([one, other]) => ({ ...other, ...one }));
}

function texts({ pattern }: JsonSchema): Arbitrary<string> {
  const plain = fc.oneof(
    fc.constantFrom(
      'text',
      'listen',
      'speech-to-speech',
      '2026-11-27T00:00:00Z',
      'https://example.com/x',
      'text/plain',
    ),
    fc.string({ maxLength: 20 }),
  );
  if (pattern === undefined) return plain;
  try {
    const matching = fc.stringMatching(new RegExp(pattern));
    return fc.oneof({ weight: 6, arbitrary: matching }, { weight: 1, arbitrary: plain });
  } catch {
    return plain;
  }
}
