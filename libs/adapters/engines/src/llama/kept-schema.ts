import { IntermodalError } from '@intermodal/contracts';

/** What llama.cpp's grammars keep an answer to, as node-llama-cpp writes them; anything else it would pass over without a word. */
const KEPT = new Set([
  ...['type', 'const', 'enum', 'oneOf', '$ref', '$defs'],
  ...['properties', 'required', 'additionalProperties', 'minProperties', 'maxProperties'],
  ...['items', 'prefixItems', 'minItems', 'maxItems', 'minLength', 'maxLength', 'format'],
]);
const ONLY_TOLD = new Set(['title', 'description', 'default', 'examples', '$schema', '$comment', '$id']);
/** Their members are schemas, under names that are no keywords. */
const NAMED = new Set(['properties', '$defs']);
/** Their values are no schemas. */
const PLAIN = new Set(['const', 'enum', 'required']);

type Schema = Readonly<Record<string, unknown>>;

/** @throws IntermodalError `input.invalid`, which names the keyword that an answer could not be kept to, and its place */
export function checkKept(schema: Schema): void {
  check(schema, 'schema', Object.keys(object(schema['$defs']) ?? {}));
}

function check(value: unknown, path: string, definitions: readonly string[]): void {
  const schema = object(value);
  if (!schema) return;
  for (const [keyword, inner] of Object.entries(schema)) {
    const at = `${path}.${keyword}`;
    if (ONLY_TOLD.has(keyword)) continue;
    if (!KEPT.has(keyword)) throw refused(`'${at}' is not among what this engine keeps an answer to`);
    if (keyword === '$ref') {
      if (!definitions.some((name) => inner === `#/$defs/${name}`))
        throw refused(`'${at}' names nothing under schema.$defs`);
    } else if (NAMED.has(keyword)) {
      for (const [name, member] of Object.entries(object(inner) ?? {}))
        check(member, `${at}.${name}`, definitions);
    } else if (Array.isArray(inner) && !PLAIN.has(keyword)) {
      inner.forEach((member, i) => check(member, `${at}[${i}]`, definitions));
    } else if (!PLAIN.has(keyword)) check(inner, at, definitions);
  }
}

const refused = (what: string): IntermodalError =>
  new IntermodalError(
    'input.invalid',
    `${what}: leave it out, or use one of ${[...KEPT].sort().join(', ')}.`,
  );

const object = (value: unknown): Schema | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Schema) : undefined;
