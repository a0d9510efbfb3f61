import { mediaTypeMatches } from '@intermodal/contracts';

/** JSON Schema of a value, as far as it is known; undefined means that nothing is known. */
export type JsonType = Readonly<Record<string, unknown>> | undefined;

type Kind = 'file' | 'text' | 'number' | 'boolean' | 'list' | 'object';
const KINDS: Readonly<Record<string, Kind>> = {
  string: 'text',
  number: 'number',
  integer: 'number',
  boolean: 'boolean',
  array: 'list',
  object: 'object',
};

const asType = (value: unknown): JsonType =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as JsonType) : undefined;

/** `anyOf: [X, null]` is X: whether a value may be null is decided at run time. */
function withoutNull(type: JsonType): JsonType {
  const options = type?.['anyOf'];
  if (!Array.isArray(options)) return type;
  const real = options.filter((option) => asType(option)?.['type'] !== 'null');
  return real.length === 1 ? withoutNull(asType(real[0])) : undefined;
}

export const mediaOf = (type: JsonType): string | undefined => {
  const media = withoutNull(type)?.['x-media-type'];
  return typeof media === 'string' ? media : undefined;
};

function kindOf(type: JsonType): Kind | undefined {
  if (mediaOf(type) !== undefined) return 'file';
  const name = withoutNull(type)?.['type'];
  return typeof name === 'string' ? KINDS[name] : undefined;
}

export const itemsOf = (type: JsonType): JsonType => asType(withoutNull(type)?.['items']);
export const propertiesOf = (type: JsonType): Readonly<Record<string, JsonType>> | undefined =>
  asType(withoutNull(type)?.['properties']) as Readonly<Record<string, JsonType>> | undefined;

export const fileType = (media: string): JsonType => ({ 'x-media-type': media });
export const listOf = (items: JsonType): JsonType => ({ type: 'array', items: items ?? {} });
export const objectOf = (properties: Readonly<Record<string, JsonType>>): JsonType => ({
  type: 'object',
  properties,
});

export function typeOfLiteral(value: unknown): JsonType {
  if (value === null) return undefined;
  if (Array.isArray(value)) return { type: 'array' };
  return { type: typeof value };
}

/** For people: the names of ports, params, fields. */
export const listNames = (record: object): string => Object.keys(record).join(', ') || 'none';

/** For people: `a list`, `an audio/wav file`. */
export function describeType(type: JsonType): string {
  const media = mediaOf(type);
  if (media !== undefined) return media === '*/*' ? 'a file' : `a file of type ${media}`;
  const kind = kindOf(type);
  if (kind === undefined) return 'a value of unknown type';
  return {
    text: 'text',
    number: 'a number',
    boolean: 'true or false',
    list: 'a list',
    object: 'an object',
    file: 'a file',
  }[kind];
}

/** Where `source` cannot stand in place of `target`: the sentence that says so; undefined when it can or when unknown. */
export function mismatch(target: JsonType, source: JsonType): string | undefined {
  const wanted = kindOf(target);
  const given = kindOf(source);
  if (wanted === undefined || given === undefined) return undefined;
  const sentence = `expected ${describeType(target)}, but it is ${describeType(source)}`;
  if (wanted !== given) return sentence;
  if (wanted === 'file') return mediaTypeMatches(mediaOf(target)!, mediaOf(source)!) ? undefined : sentence;
  if (wanted === 'list') {
    const inner = mismatch(itemsOf(target), itemsOf(source));
    return inner && `in its items, ${inner}`;
  }
  if (wanted === 'object') {
    const given = propertiesOf(source);
    for (const [name, type] of Object.entries(propertiesOf(target) ?? {})) {
      const inner = given && name in given ? mismatch(type, given[name]) : undefined;
      if (inner) return `in '${name}', ${inner}`;
    }
  }
  return undefined;
}
