import type { z } from 'zod';
import { ArtifactRef, toJsonSchema } from './artifact.ts';
import { ERRORS, type ErrorCode } from './error.ts';
import { Problem } from './job.ts';
import { OpenAiError } from './openai.ts';
import { ROUTES } from './routes.ts';
import type { Answer, Content, Route } from './routes/route.ts';

/** What is answered when a share is used up. */
const SPENT = { compute: 'quota.compute_seconds', storage: 'quota.stored_bytes' } as const;

type Json = Record<string, unknown>;
/** What any route with a key may answer. */
const ANYWHERE: readonly ErrorCode[] = [
  'key.invalid',
  'key.scope',
  'rate.limited',
  'store.unavailable',
  'internal.bug',
];

/** The OpenAPI 3.1 document of the route table. */
export function openApiDocument(options: { version: string; servers?: readonly string[] }): Json {
  const components: Json = {};
  const convert = schemaWriter(components);
  convert(ArtifactRef, 'Artifact');
  convert(Problem, 'Problem');
  convert(OpenAiError, 'OpenAiError');
  const paths: Record<string, Json> = {};
  for (const [name, route] of Object.entries(ROUTES) as [string, Route][]) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(name, route, convert) };
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Intermodal',
      version: options.version,
      summary: 'Pre-trained models, composed into pipelines and run as durable job graphs.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: (options.servers ?? ['/']).map((url) => ({ url })),
    tags: [...new Set(Object.values(ROUTES).map((route) => route.tag))].map((name) => ({ name })),
    security: [{ key: [] }],
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(components).sort(([a], [b]) => (a < b ? -1 : 1))),
      securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'im_live_…' } },
    },
  };
}

type Convert = (schema: z.ZodType, owner: string) => Json;

function operation(name: string, route: Route, convert: Convert): Json {
  return {
    operationId: name,
    tags: [route.tag],
    summary: route.summary,
    ...(route.description && { description: route.description }),
    security: route.open ? [] : [{ key: [route.scope] }],
    parameters: [
      ...parameters(route.pathParameters, 'path', name, convert),
      ...parameters(route.query, 'query', name, convert),
      ...parameters(route.headers, 'header', name, convert),
    ],
    ...(route.body && { requestBody: { required: true, content: contentOf(route.body, name, convert) } }),
    responses: {
      ...Object.fromEntries(
        Object.entries(route.answers).map(([status, answer]) => [status, response(answer, name, convert)]),
      ),
      ...problems(route),
    },
  };
}

function parameters(
  schema: z.ZodObject | undefined,
  place: 'path' | 'query' | 'header',
  owner: string,
  convert: Convert,
): Json[] {
  if (!schema) return [];
  const { properties, required } = convert(schema, owner) as { properties: Json; required?: string[] };
  return Object.entries(properties as Record<string, Json>).map(([name, { description, ...rest }]) => ({
    name: place === 'header' ? headerName(name) : name,
    in: place,
    required: place === 'path' || (required ?? []).includes(name),
    ...(description !== undefined && { description }),
    schema: rest,
  }));
}

const headerName = (name: string) => name.replaceAll(/(^|-)[a-z]/g, (start) => start.toUpperCase());

const contentOf = (content: Readonly<Record<string, Content>>, owner: string, convert: Convert): Json =>
  Object.fromEntries(
    Object.entries(content).map(([mediaType, { schema, example }]) => [
      mediaType,
      { ...(schema && { schema: convert(schema, owner) }), ...(example !== undefined && { example }) },
    ]),
  );

const response = (answer: Answer, owner: string, convert: Convert): Json => ({
  description: answer.summary,
  ...(answer.headers && {
    headers: Object.fromEntries(
      Object.entries(answer.headers).map(([name, description]) => [
        name,
        { description, schema: { type: 'string' } },
      ]),
    ),
  }),
  ...(answer.content && { content: contentOf(answer.content, owner, convert) }),
});

/** Every code that a route may answer. */
export function errorsOf(route: Route): ErrorCode[] {
  const { pathParameters, query, headers, body } = route;
  const reads = [pathParameters, query, headers, body].some((part) => part !== undefined);
  return [
    ...new Set<ErrorCode>([
      ...route.errors,
      ...(reads ? (['request.invalid'] as const) : []),
      ...(route.spends ?? []).map((what) => SPENT[what]),
      ...(route.open ? [] : ANYWHERE),
    ]),
  ];
}

/** One answer per status, naming the codes it can carry. */
function problems(route: Route): Json {
  const codes = errorsOf(route);
  const byStatus = Map.groupBy(codes, (code) => ERRORS[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [
      String(status),
      {
        description: group.map((code) => `\`${code}\`: ${ERRORS[code].title}`).join('. '),
        content:
          route.tag === 'openai'
            ? { 'application/json': { schema: { $ref: '#/components/schemas/OpenAiError' } } }
            : { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  );
}

/** Converts a schema; what it defines by name goes into the components, and is referred to there. */
function schemaWriter(components: Json): Convert {
  return (schema, owner) => {
    const { $defs, ...json } = toJsonSchema(schema) as { $defs?: Record<string, Json> } & Json;
    // zod names what has no id `__schema0`, anew in each conversion: the owner makes the name unique.
    const nameOf = (name: string) => (name.startsWith('__') ? `${owner}${name.replace('__s', 'S')}` : name);
    const move = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(move);
      if (value === null || typeof value !== 'object') return value;
      return Object.fromEntries(
        Object.entries(value).map(([key, inner]) => [
          key,
          key === '$ref' && typeof inner === 'string' && inner.startsWith('#/$defs/')
            ? `#/components/schemas/${nameOf(inner.slice('#/$defs/'.length))}`
            : move(inner),
        ]),
      );
    };
    for (const [name, definition] of Object.entries($defs ?? {}))
      components[nameOf(name)] ??= withoutId(move(definition) as Json);
    const moved = move(json) as Json;
    const id = schema.meta()?.id;
    if (typeof id !== 'string') return moved;
    components[id] ??= withoutId(moved);
    return { $ref: `#/components/schemas/${id}` };
  };
}

/** In JSON Schema 2020-12 a bare `id` is no keyword. */
const withoutId = ({ id: _, ...rest }: Json): Json => rest;
