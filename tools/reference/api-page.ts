import { ERRORS, ROUTES, toJsonSchema, type Route } from '@intermodal/contracts';
import { code, fieldRows, table } from './markdown.ts';

export const apiPage = (): string =>
  [
    '# HTTP API',
    'A running API shows this at `/docs`, and as OpenAPI 3.1 at `/openapi.json`. ' +
      'Send the key with every request: `Authorization: Bearer im_live_…`; only routes marked open need none. ' +
      'Errors are `application/problem+json`: see [errors](errors.md). Any route may also answer ' +
      '`key.invalid`, `key.scope`, `rate.limited`, `store.unavailable` and `internal.bug`.',
    table(
      ['route', 'scope', 'what it does'],
      Object.values<Route>(ROUTES).map((route) => [
        code(`${route.method} ${route.path}`),
        route.open ? '(open)' : code(route.scope),
        route.summary,
      ]),
    ),
    ...Object.values<Route>(ROUTES).map(routeSection),
  ].join('\n\n');

function routeSection(route: Route): string {
  const parts = [
    ['path', route.pathParameters],
    ['query', route.query],
    ['header', route.headers],
  ] as const;
  const parameters = parts.flatMap(([place, schema]) =>
    schema ? fieldRows(toJsonSchema(schema)).map(([name, ...rest]) => [name!, place, ...rest]) : [],
  );
  const answers = Object.entries(route.answers).map(([status, answer]) => [
    status,
    answer.summary,
    Object.keys(answer.content ?? {})
      .map(code)
      .join(', '),
  ]);
  const errors = route.errors.map((one) => [
    String(ERRORS[one].status),
    `${code(one)} ${ERRORS[one].title}`,
    code('application/problem+json'),
  ]);
  return [
    `## ${route.method} ${route.path}`,
    `${route.summary}.${route.description ? ` ${route.description}` : ''}`,
    ...(parameters.length > 0 ? [table(['parameter', 'in', 'type', 'required', 'about'], parameters)] : []),
    ...Object.entries(route.body ?? {}).map(
      ([mediaType, { example }]) =>
        `Body ${code(mediaType)}` +
        (example === undefined ? '' : `:\n\n\`\`\`json\n${JSON.stringify(example, null, 2)}\n\`\`\``),
    ),
    table(['status', 'means', 'content'], [...answers, ...errors]),
  ].join('\n\n');
}
