import type { z } from 'zod';
import { mediaTypeOf } from './artifact.ts';

type Def = {
  type: string;
  shape?: Record<string, z.core.$ZodType>;
  element?: z.core.$ZodType;
  innerType?: z.core.$ZodType;
};

/**
 * Replaces every value that stands where the schema says `file()`. `visit` gets the value, the declared media type and
 * the path of the port. Used to download (refs become LocalFiles), to upload (the reverse) and to find refs.
 */
export async function mapFiles(
  schema: z.core.$ZodType,
  value: unknown,
  visit: (value: unknown, mediaType: string, path: string) => Promise<unknown>,
  path = '',
): Promise<unknown> {
  if (value === undefined || value === null) return value;
  const mediaType = mediaTypeOf(schema);
  if (mediaType !== undefined) return visit(value, mediaType, path);
  const def = schema._zod.def as unknown as Def;
  if (def.innerType) return mapFiles(def.innerType, value, visit, path);
  if (def.type === 'array' && def.element && Array.isArray(value)) {
    const out: unknown[] = [];
    for (const [i, item] of value.entries())
      out.push(await mapFiles(def.element, item, visit, `${path}[${i}]`));
    return out;
  }
  if (def.type === 'object' && def.shape && typeof value === 'object') {
    const out: Record<string, unknown> = { ...value };
    for (const [key, inner] of Object.entries(def.shape)) {
      if (!Object.hasOwn(out, key)) continue;
      out[key] = await mapFiles(inner, out[key], visit, path === '' ? key : `${path}.${key}`);
    }
    return out;
  }
  return value;
}
