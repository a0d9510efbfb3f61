import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ROUTES } from '@intermodal/contracts';
import { fuzzRoutes } from '../fuzz/fuzz-routes.ts';
import { Cases, defineSuite } from '../suite.ts';

/** Of each route; as many as fit into half a minute. */
const REQUESTS = 40;
const SHOWN = 12;

export default defineSuite({
  name: 'fuzz',
  summary:
    'Random and nearly valid requests to every route: each answer is one that the OpenAPI document promises.',
  async run({ url, keys, seed, say, signal }) {
    const cases = new Cases();
    say(`--seed ${seed} plays the same`);
    const fuzzed = await fuzzRoutes({ url, key: keys.owner, seed, requests: REQUESTS, signal });
    await cases.check('every answer is documented, and none is 500', () => {
      const { faults } = fuzzed;
      assert.equal(
        faults.length,
        0,
        `${faults.length} faults with seed ${seed}:\n${faults.slice(0, SHOWN).join('\n')}`,
      );
    });
    await cases.check('both good and bad requests were among them', () => {
      const seen = Object.keys(fuzzed.byStatus).map((status) => status[0]);
      assert.ok(seen.includes('2') && seen.includes('4'), JSON.stringify(fuzzed.byStatus));
    });
    const server = (status: number, body: object, type: string) =>
      withServer(status, body, type, (address) =>
        fuzzRoutes({ url: address, key: keys.owner, seed, requests: 1, signal }),
      );
    await cases.control('a server that answers 500 is found on every route', async () => {
      const { faults, requests } = await server(500, {}, 'application/json');
      assert.ok(faults.length >= requests, `${faults.length} of ${requests}`);
    });
    await cases.control('a server that answers what is not documented is found', async () => {
      const { faults } = await server(200, { surprise: true }, 'application/json');
      assert.ok(faults.length >= Object.keys(ROUTES).length / 3, String(faults.length));
    });
    await cases.control('a code that a route does not name is found', async () => {
      const problem = { type: 'x', title: 'x', status: 418, code: 'tea.pot', detail: 'x', requestId: 'x' };
      const { faults } = await server(418, problem, 'application/problem+json');
      assert.ok(faults.length >= Object.keys(ROUTES).length / 3, String(faults.length));
    });
    return {
      cases: cases.list,
      figures: { seed, requests: fuzzed.requests, routes: Object.keys(ROUTES).length, ...fuzzed.byStatus },
    };
  },
});

async function withServer<Result>(
  status: number,
  body: object,
  type: string,
  use: (address: string) => Promise<Result>,
): Promise<Result> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(status, { 'content-type': type }).end(JSON.stringify(body));
  });
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
}
