import { newUuid, ROUTES, showId, type IdKind, type Route } from '@intermodal/contracts';
import { asOpenAi, OWNED, PUBLIC_PARAMETERS, type Things } from './things.ts';

export type Named = readonly [name: string, route: Route];

export const KEYED: readonly Named[] = Object.entries<Route>(ROUTES).filter(([, route]) => !route.open);

export const ownedBy = (route: Route): keyof Things | undefined =>
  Object.entries(OWNED).find(([path]) => route.path === path || route.path.startsWith(`${path}/`))?.[1];

/** Routes with an id in the path for which nothing is tried. */
export const withoutCase = (routes: readonly Named[]): string[] =>
  routes
    .filter(
      ([name, route]) => route.path.includes(':') && !ownedBy(route) && !PUBLIC_PARAMETERS.includes(name),
    )
    .map(([name]) => name);

/** One of everything that never was. */
export function nothings(): Things {
  const id = (kind: IdKind): string => showId(kind, newUuid());
  const [batch, artifact] = [id('batch'), id('artifact')];
  return {
    job: id('job'),
    upload: id('upload'),
    ...{ batch, artifact, ...asOpenAi({ artifact, batch }) },
    webhook: id('webhook'),
    message: id('event'),
    key: id('key'),
    tenant: id('tenant'),
  };
}

/** Calls routes through the proxy, with the bodies that the table gives as examples. */
export class Caller {
  readonly #url: string;
  readonly #signal: AbortSignal;
  calls = 0;

  constructor(url: string, signal: AbortSignal) {
    this.#url = url;
    this.#signal = signal;
  }

  /** @param body left out: the example of the table; null: an empty object, which no route takes for what it wants */
  async call(route: Route, things: Things, key: string | undefined, body?: null): Promise<Answer> {
    this.calls++;
    const kind = ownedBy(route);
    const path = route.path
      .replace(':messageId', things.message)
      .replace(':id', kind ? things[kind] : 'none')
      .replaceAll(/:\w+/g, 'none');
    const json = route.body?.['application/json'];
    const sent = body === null ? {} : (json?.example ?? {});
    const hasBody = route.method === 'POST' || route.method === 'PATCH';
    const response = await fetch(`${this.#url}${path}`, {
      method: route.method,
      headers: {
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
        ...(hasBody && { 'content-type': 'application/json' }),
      },
      ...(hasBody && { body: JSON.stringify(sent) }),
      signal: AbortSignal.any([this.#signal, AbortSignal.timeout(30_000)]),
    });
    return {
      status: response.status,
      challenge: response.headers.get('www-authenticate'),
      text: await response.text(),
    };
  }
}

export interface Answer {
  readonly status: number;
  readonly challenge: string | null;
  readonly text: string;
}

/** An answer without what differs from request to request. */
export function comparable({ text }: Answer, ...ids: readonly string[]): string {
  const without = ids.reduce((rest, id) => rest.replaceAll(id, '<id>'), text);
  return without.replace(/"requestId":"[^"]*"/, '').replace(/request [\w.-]{8,64}/, '');
}
