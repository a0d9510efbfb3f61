import { ROUTES, toJsonSchema, type Route, type RouteName } from '@intermodal/contracts';
import { faultsOfAnswer } from '@intermodal/testing';
import fc, { type Arbitrary } from 'fast-check';
import { nearlyValid, ODD_TEXTS, type JsonSchema } from './arbitrary-of.ts';

export interface FuzzOptions {
  readonly url: string;
  readonly key: string;
  readonly seed: number;
  /** Random ones, of each route. */
  readonly requests: number;
  readonly signal: AbortSignal;
}

export interface Fuzzed {
  readonly requests: number;
  readonly byStatus: Readonly<Record<string, number>>;
  /** What was answered that the route table does not promise, with the request. */
  readonly faults: readonly string[];
}

interface Asked {
  readonly path: unknown;
  readonly query: unknown;
  readonly headers: unknown;
  readonly body: unknown;
  readonly mediaType: string;
  readonly raw: string;
  readonly sendRaw: boolean;
}

/** A stream says what happens until its end: not for here. */
const isStream = (route: Route): boolean =>
  Object.values(route.answers).some(({ content }) => content && 'text/event-stream' in content);

const AT_ONCE = 4;
const ANSWER_WITHIN_MS = 20_000;

/**
 * Random and nearly valid requests to every route, and every odd text in every path:
 * each must be answered as the table promises, and none with 500.
 */
export async function fuzzRoutes(options: FuzzOptions): Promise<Fuzzed> {
  const byStatus: Record<string, number> = {};
  const faults: string[] = [];
  let requests = 0;
  const waiting = (Object.entries(ROUTES) as [RouteName, Route][]).flatMap(([name, route]) =>
    isStream(route) ? [] : askedOf(route, options).map((asked) => ({ name, route, asked })),
  );
  const next = async (): Promise<void> => {
    for (let one = waiting.shift(); one; one = waiting.shift()) {
      options.signal.throwIfAborted();
      const { status, found } = await ask(one, options);
      requests += 1;
      byStatus[status] = (byStatus[status] ?? 0) + 1;
      faults.push(...found);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
  return { requests, byStatus, faults };
}

function askedOf(route: Route, { requests, seed }: FuzzOptions): Asked[] {
  const random = (numRuns: number) => fc.sample(requestsOf(route), { numRuns, seed });
  const parameters = Object.keys(route.pathParameters?.shape ?? {});
  // Chance puts a text into an address too seldom: a null character once stayed unseen for weeks.
  const odd = parameters.length > 0 ? ODD_TEXTS : [];
  const inPaths = random(odd.length).map((asked, index) => ({
    ...asked,
    path: Object.fromEntries(parameters.map((name) => [name, odd[index]])),
  }));
  return [...random(requests), ...inPaths];
}

function requestsOf(route: Route): Arbitrary<Asked> {
  const of = (schema: Parameters<typeof toJsonSchema>[0] | undefined): Arbitrary<unknown> =>
    schema ? nearlyValid(toJsonSchema(schema) as JsonSchema) : fc.constant({});
  const contents = Object.entries(route.body ?? {});
  const bodies = contents.map(([mediaType, { schema }]) =>
    fc.record({ body: of(schema), mediaType: fc.constant(mediaType === '*/*' ? 'text/plain' : mediaType) }),
  );
  return fc
    .record({
      path: of(route.pathParameters),
      query: of(route.query),
      headers: of(route.headers),
      content: bodies.length > 0 ? fc.oneof(...bodies) : fc.constant({ body: undefined, mediaType: '' }),
      raw: fc.constantFrom('{', '[]', '"', 'a: [', '\0', '{"a":1}', ''),
      sendRaw: fc.oneof(
        { weight: 9, arbitrary: fc.constant(false) },
        { weight: 1, arbitrary: fc.constant(true) },
      ),
    })
    .map(({ content, ...rest }) => ({ ...rest, ...content }));
}

async function ask(
  { name, route, asked }: { name: RouteName; route: Route; asked: Asked },
  { url, key, signal }: FuzzOptions,
): Promise<{ status: number; found: string[] }> {
  const path = route.path.replaceAll(/:(\w+)/g, (_, part: string) => {
    const value = textOf((asked.path as Record<string, unknown> | null)?.[part] ?? 'x');
    // Not another route, which `.` and `..` and nothing would be.
    return /^\.{0,2}$/.test(value) ? 'x' : encodeURIComponent(value.toWellFormed()).slice(0, 300);
  });
  const query = new URLSearchParams();
  for (const [part, value] of entriesOf(asked.query))
    query.append(part, textOf(value).toWellFormed().slice(0, 500));
  query.delete('wait');
  const headers: Record<string, string> = { authorization: `Bearer ${key}` };
  for (const [part, value] of entriesOf(asked.headers))
    if (/^[a-z-]+$/.test(part))
      headers[part] = textOf(value)
        .replaceAll(/[^\x20-\x7e]/g, '?')
        .slice(0, 500);
  const hasBody = route.body !== undefined;
  if (hasBody) headers['content-type'] = asked.mediaType;
  const body = asked.sendRaw ? asked.raw : (JSON.stringify(asked.body) ?? '');
  const address = `${url}${path}${query.size > 0 ? `?${query}` : ''}`;
  const answer = await fetch(address, {
    method: route.method,
    headers,
    redirect: 'manual',
    signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
    ...(hasBody && { body }),
  });
  const faults = await faultsOfAnswer(name, answer);
  await answer.body?.cancel();
  const request = `${route.method} ${path}?${query} ${hasBody ? body.slice(0, 300) : ''}`;
  return { status: answer.status, found: faults.map((fault) => `${fault} (${request})`) };
}

const entriesOf = (value: unknown): [string, unknown][] =>
  value !== null && typeof value === 'object' ? Object.entries(value) : [];

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
