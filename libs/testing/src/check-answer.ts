import { isDeepStrictEqual } from 'node:util';
import {
  errorsOf,
  ERRORS,
  isErrorCode,
  Problem,
  ROUTES,
  type Route,
  type RouteName,
} from '@intermodal/contracts';

/** These answer as their own clients expect, and are held to those: see the suites of them. */
const OF_OTHERS = ['openai', 'mcp'];

/** The route that a request is for; undefined when there is none. */
export function routeOf(method: string, path: string): RouteName | undefined {
  const asked = method === 'HEAD' ? 'GET' : method;
  const found = Object.entries(ROUTES).filter(
    ([, route]) => route.method === asked && patternOf(route.path).test(path),
  );
  // What is named in full comes before what fits any name.
  return found.sort(([, a], [, b]) => count(a.path, ':') - count(b.path, ':'))[0]?.[0] as
    RouteName | undefined;
}

const patternOf = (path: string): RegExp => new RegExp(`^${path.replaceAll(/:\w+/g, '[^/]+')}$`);
const count = (text: string, one: string): number => text.split(one).length - 1;

/** What an answer has that the route table does not promise: nothing, when all is well. */
export async function faultsOfAnswer(name: RouteName, answer: Response): Promise<string[]> {
  const route: Route = ROUTES[name];
  if (OF_OTHERS.includes(route.tag)) return answer.status === 500 ? [`${name} answers 500`] : [];
  const documented = route.answers[answer.status];
  const mediaType = (answer.headers.get('content-type') ?? '').split(';')[0]!;
  if (mediaType === 'application/problem+json') return faultsOfProblem(name, route, answer);
  if (!documented) return [`${name} answers ${answer.status}, which is not documented`];
  const content = documented.content ?? {};
  const { schema } = content[mediaType] ?? {};
  if (Object.keys(content).length > 0 && !content[mediaType] && !content['*/*'])
    return [`${name} answers ${answer.status} as '${mediaType}', which is not documented`];
  if (!schema || mediaType !== 'application/json') return [];
  const body: unknown = await answer.clone().json();
  const parsed = schema.safeParse(body);
  if (!parsed.success)
    return parsed.error.issues.map((issue) => `${name}: ${issue.path.join('.')}: ${issue.message}`);
  // What no schema names is left out by parsing.
  return isDeepStrictEqual(parsed.data, body)
    ? []
    : [`${name} answers what is not documented: ${differing(body, parsed.data)}`];
}

async function faultsOfProblem(name: RouteName, route: Route, answer: Response): Promise<string[]> {
  const parsed = Problem.safeParse(await answer.clone().json());
  if (!parsed.success) return [`${name} answers a problem of another form`];
  const { code, status, detail } = parsed.data;
  const documented: readonly string[] = errorsOf(route);
  const faults: string[] = [];
  if (code === 'internal.bug') faults.push(`${name} answers internal.bug`);
  if (!documented.includes(code)) faults.push(`${name} answers ${code}, which is not documented`);
  if (status !== answer.status || (isErrorCode(code) && ERRORS[code].status !== status))
    faults.push(`${name} answers ${code} with ${answer.status}`);
  if (detail.trim() === '') faults.push(`${name} says nothing about ${code}`);
  return faults;
}

/** The first place where two values differ. */
function differing(a: unknown, b: unknown, path = ''): string {
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return path;
  for (const key of Object.keys(a)) {
    const [one, other] = [(a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]];
    if (!isDeepStrictEqual(one, other)) return differing(one, other, `${path}.${key}`);
  }
  return path;
}
