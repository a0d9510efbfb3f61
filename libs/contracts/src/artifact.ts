import { z } from 'zod';
import { idSchema } from './id.ts';

/** An immutable file in the artifact store. This is all the API, the queue and the records ever see of a file. */
export const ArtifactRef = z
  .object({
    id: idSchema('artifact'),
    mediaType: z.string().describe('MIME type, e.g. audio/wav'),
    bytes: z.number().int().nonnegative(),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    name: z.string().optional().describe('A file name for people'),
  })
  .meta({ id: 'Artifact' });
export type ArtifactRef = z.infer<typeof ArtifactRef>;

export const isArtifactRef = (value: unknown): value is ArtifactRef => ArtifactRef.safeParse(value).success;

/** A file on this machine. This is all a stage ever sees of an artifact. */
export class LocalFile {
  readonly path: string;
  readonly mediaType: string;
  readonly name: string | undefined;
  constructor(path: string, mediaType: string, name?: string) {
    this.path = path;
    this.mediaType = mediaType;
    this.name = name;
  }
}

/** `audio/*` accepts `audio/wav`; `*\/*` accepts everything. */
export function mediaTypeMatches(pattern: string, mediaType: string): boolean {
  if (pattern === '*/*' || pattern === mediaType) return true;
  return pattern.endsWith('/*') && mediaType.startsWith(pattern.slice(0, -1));
}

const mediaTypes = z.registry<{ mediaType: string }>();

/**
 * Declares a file in a stage's input or output: a LocalFile inside `run`, an ArtifactRef everywhere else.
 * May stand anywhere in objects, arrays and optional or nullable values; not in unions or records.
 */
export function file(mediaType: string): z.ZodType<LocalFile, LocalFile> {
  const schema = z.custom<LocalFile>(
    (value) => value instanceof LocalFile && mediaTypeMatches(mediaType, value.mediaType),
    { error: `expected a ${mediaType} file` },
  );
  mediaTypes.add(schema, { mediaType });
  return schema;
}

/** The media type that a `file()` schema declares; undefined for any other schema. */
export const mediaTypeOf = (schema: z.core.$ZodType): string | undefined =>
  mediaTypes.get(schema as z.ZodType)?.mediaType;

/**
 * JSON Schema (2020-12) of a schema; files appear as `{"$ref": "#/components/schemas/Artifact", "x-media-type": …}`.
 * `io: 'input'` shows what a sender may leave out.
 */
export function toJsonSchema(schema: z.ZodType, io: 'input' | 'output' = 'input'): Record<string, unknown> {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const mediaType = mediaTypeOf(zodSchema);
      if (mediaType === undefined) return;
      Object.assign(jsonSchema, { $ref: '#/components/schemas/Artifact', 'x-media-type': mediaType });
    },
  });
  return json;
}
