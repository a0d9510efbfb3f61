import { IntermodalError, ROUTES, type Route, type RouteName, type Routes } from '@intermodal/contracts';
import type { z } from 'zod';

type Part<Name extends RouteName, Key extends 'pathParameters' | 'query' | 'headers'> =
  Routes[Name] extends Record<Key, infer Schema extends z.ZodType> ? z.output<Schema> : Record<never, never>;

export interface Read<Name extends RouteName> {
  readonly path: Part<Name, 'pathParameters'>;
  readonly query: Part<Name, 'query'>;
  readonly headers: Part<Name, 'headers'>;
}

/**
 * Path, query and headers as the route table says they are.
 * @throws IntermodalError `request.invalid` that names the field
 */
export function readRequest<Name extends RouteName>(
  name: Name,
  request: { readonly params: unknown; readonly query: unknown; readonly headers: unknown },
): Read<Name> {
  const route: Route = ROUTES[name];
  return {
    path: check(route.pathParameters, request.params, 'path'),
    query: check(route.query, request.query, 'query'),
    headers: check(route.headers, request.headers, 'header'),
  } as unknown as Read<Name>;
}

function check(schema: z.ZodObject | undefined, value: unknown, place: string): unknown {
  if (!schema) return {};
  if (place !== 'header') refuseUnstorable(value, place);
  // A misspelt query parameter that is silently ignored costs people an hour; headers are full of others'.
  const parsed = (place === 'query' ? schema.strict() : schema).safeParse(value ?? {});
  if (parsed.success) return parsed.data;
  throw new IntermodalError('request.invalid', sentenceOf(parsed.error.issues, place), {
    details: faultsOf(parsed.error.issues, place),
  });
}

/** As in a body: what Postgres keeps no text with is not looked for either. */
function refuseUnstorable(given: unknown, place: string): void {
  for (const [name, value] of Object.entries(given ?? {}))
    for (const one of [name, value].flat())
      if (typeof one === 'string' && (one.includes('\0') || !one.isWellFormed()))
        throw new IntermodalError(
          'request.invalid',
          `${place}.${name.replaceAll('\0', '')}: has a null character or half a surrogate; leave it out.`,
        );
}

export const faultsOf = (issues: readonly z.core.$ZodIssue[], place: string) =>
  issues.map((issue) => ({ path: [place, ...issue.path].join('.'), message: issue.message }));

/** The first fault as a sentence; the others are in the details. */
export function sentenceOf(issues: readonly z.core.$ZodIssue[], place: string): string {
  const [first] = faultsOf(issues, place);
  return first ? `${first.path}: ${first.message}.` : `The ${place} is not valid.`;
}
