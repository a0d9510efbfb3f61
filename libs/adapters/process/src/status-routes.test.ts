import { expect, test } from 'vitest';
import { jsonAnswer, StatusRoutes } from './status-routes.ts';

const silent = { error: () => {} };

test('finds a route by its template and gives what stands for its names', async () => {
  const routes = new StatusRoutes(silent)
    .get('/readyz', async () => jsonAnswer(200, { status: 'ready' }))
    .get('/internal/pools/:pool/backlog', async ({ pool }) => jsonAnswer(200, { pool }));
  expect(await routes.answer('/internal/pools/speech%20x/backlog')).toEqual(
    jsonAnswer(200, { pool: 'speech x' }),
  );
  routes.get('/asked', async (_, query) => jsonAnswer(200, [...query]));
  expect(await routes.answer('/asked?a=1&b=%20')).toMatchObject({ body: '[["a","1"],["b"," "]]' });
  expect(await routes.answer('/asked')).toMatchObject({ body: '[]' });
  expect(await routes.answer('/internal/pools/%zz/backlog')).toMatchObject({ body: '{"pool":"%zz"}' });
  for (const path of ['/readyz/', '/internal/pools/a/b/backlog', '/internal/pools//backlog', '/', '/READYZ'])
    expect(await routes.answer(path)).toBeUndefined();
});

test('what a handler throws is logged, and told without its words', async () => {
  const logged: unknown[] = [];
  const routes = new StatusRoutes({ error: (...args: unknown[]) => void logged.push(args) }).get('/x', () =>
    Promise.reject(new Error('at 10.0.0.1')),
  );
  const answer = await routes.answer('/x');
  expect(answer).toMatchObject({ status: 500 });
  expect(answer!.body).not.toContain('10.0.0.1');
  expect(JSON.stringify(logged)).toContain('/x');
});
