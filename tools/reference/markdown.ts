type Schema = Record<string, unknown>;

/** A table; cells may hold anything. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escape).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const escape = (cell: string): string => cell.replaceAll('|', '\\|').replaceAll('\n', ' ');

export const code = (text: string): string => (text === '' ? '' : `\`${text}\``);

/** The fields of an object schema, nested ones by their path. */
export function fieldRows(schema: Schema, path = ''): string[][] {
  const required = (schema.required ?? []) as string[];
  return Object.entries((schema.properties ?? {}) as Record<string, Schema>).flatMap(([name, inner]) => {
    const here = path === '' ? name : `${path}.${name}`;
    const about = [
      inner.description,
      inner.default !== undefined && `Default: ${code(JSON.stringify(inner.default))}.`,
    ];
    const row = [
      code(here),
      typeOf(inner),
      required.includes(name) && inner.default === undefined ? 'yes' : '',
      about.filter(Boolean).join('. '),
    ];
    const nested = objectIn(inner);
    if (nested) return [row, ...fieldRows(nested.schema, here + nested.mark)];
    return [row];
  });
}

/** The object behind a field: itself, the items of a list, or what may also be null. */
function objectIn(schema: Schema): { schema: Schema; mark: string } | undefined {
  if (schema.properties) return { schema, mark: '' };
  const options = (schema.anyOf ?? []) as Schema[];
  const inner = schema.type === 'array' ? objectIn((schema.items ?? {}) as Schema) : undefined;
  if (inner) return { schema: inner.schema, mark: `[]${inner.mark}` };
  return options.map(objectIn).find((one) => one !== undefined);
}

/** A schema's type in a few words. */
export function typeOf(schema: Schema): string {
  const mediaType = schema['x-media-type'];
  if (typeof mediaType === 'string') return `file ${code(mediaType)}`;
  if (typeof schema.$ref === 'string') return schema.$ref.split('/').at(-1)!;
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => code(String(value))).join(', ');
  const options = (schema.anyOf ?? schema.oneOf) as Schema[] | undefined;
  if (options) return options.map(typeOf).join(' or ');
  if (schema.type === 'array') return `list of ${typeOf((schema.items ?? {}) as Schema)}`;
  return typeof schema.type === 'string' ? schema.type : 'any';
}
