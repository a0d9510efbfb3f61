import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { IntermodalApiError, IntermodalClient } from '@intermodal/client';
import { download, type AddressPolicy, type Resolve } from '@intermodal/outbound';
import { HOSTILE_ADDRESSES, type HostileAddress } from '@intermodal/testing';
import { httpWebhookSender } from '@intermodal/webhooks';
import { Cases, defineSuite } from '../suite.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
/** An address of this machine that is allowed, where all others of it are not. */
const ORIGIN = '127.0.0.9';

export default defineSuite({
  name: 'ssrf',
  summary:
    'Addresses from users lead to the public internet, or nowhere: a canary inside hears no connection.',
  async run({ url, keys, stack, signal }) {
    const cases = new Cases();
    await using open = new AsyncDisposableStack();
    const canary = await listen(open, '::', (_, response) => response.end('inside'));
    const origin = await listen(open, ORIGIN, (request, response) => {
      const to = new URL(request.url!, 'http://x').searchParams.get('to')!;
      response.writeHead(302, { location: to }).end();
    });
    const policy: AddressPolicy = {
      ...{ loopback: false, http: true, networks: [`${ORIGIN}/32`] },
      ports: [80, 443, 8443, canary.port],
    };
    const place = join(stack.folder, 'fetched');
    const fetching = (address: string, resolve: Resolve, allowed = policy) =>
      download(address, place, { ...{ policy: allowed, maxBytes: 1_000, signal, resolve } });
    const message = { id: 'evt_1', body: '{}', secrets: [SECRET] };

    for (const hostile of HOSTILE_ADDRESSES) {
      const address = hostile.url.replaceAll('{port}', String(canary.port));
      await cases.check(`${JSON.stringify(hostile.name)} is not asked`, async () => {
        const resolve = resolverOf(hostile);
        const sender = httpWebhookSender({ policy, resolve });
        const accepted = await sender.check(address, 'url', signal).then(
          () => true,
          () => false,
        );
        // Only who rebinds looks well at first.
        assert.equal(accepted, (hostile.resolves?.length ?? 0) > 1);
        assert.equal((await sender.send({ ...message, url: address }, signal)).status, null);
        await assert.rejects(fetching(address, resolve), { code: 'url.refused' });
        assert.equal(canary.hits(), 0);
      });
    }
    const redirects = HOSTILE_ADDRESSES.filter((one) => /^[a-z]+:[\x21-\x7e]+$/i.test(one.url));
    for (const hostile of redirects)
      await cases.check(`a redirect to ${JSON.stringify(hostile.name)} is not followed`, async () => {
        const to = hostile.url.replaceAll('{port}', String(canary.port));
        const address = `http://${ORIGIN}:${origin.port}/?to=${encodeURIComponent(to)}`;
        const resolve = resolverOf({
          ...hostile,
          ...(hostile.resolves && { resolves: hostile.resolves.slice(-1) }),
        });
        await assert.rejects(fetching(address, resolve), { code: 'url.refused' });
        const sender = httpWebhookSender({ policy, resolve });
        assert.equal((await sender.send({ ...message, url: address }, signal)).status, 302);
        assert.equal(canary.hits(), 0);
      });

    const client = new IntermodalClient({ url, key: keys.owner, attempts: 1 });
    const told = HOSTILE_ADDRESSES.filter((one) => !one.resolves && !isOfThisMachine(one.url));
    await cases.check(`the API refuses ${told.length} of them as webhooks, and names the field`, async () => {
      for (const { url: hostile } of told)
        await assert.rejects(
          client.webhooks.create({ url: hostile.replaceAll('{port}', '80') }, { signal }),
          (error) =>
            error instanceof IntermodalApiError &&
            error.code === 'input.invalid' &&
            error.detail.includes('url'),
          hostile,
        );
      assert.deepEqual((await client.webhooks.list({ signal })).webhooks, []);
    });

    const inside = `http://127.0.0.1:${canary.port}/`;
    await cases.control('the canary hears who comes: by an address that the operator allows', async () => {
      const allowed = { ...policy, networks: ['127.0.0.1/32'] };
      await fetching(inside, resolverOf({ name: '', url: '' }), allowed);
      assert.equal(canary.hits(), 1);
      const sender = httpWebhookSender({ policy: allowed });
      assert.equal((await sender.send({ ...message, url: inside }, signal)).status, 200);
      assert.equal(canary.hits(), 2);
    });
    await cases.control('the canary hears who comes by a name that resolves to it', async () => {
      const allowed = { ...policy, networks: ['127.0.0.0/8'] };
      const resolve = resolverOf({ name: '', url: '', resolves: [['127.0.0.1']] });
      await fetching(`http://inside.example:${canary.port}/`, resolve, allowed);
      assert.equal(canary.hits(), 3);
    });
    return {
      cases: cases.list,
      figures: {
        addresses: HOSTILE_ADDRESSES.length,
        redirects: redirects.length,
        'over the API': told.length,
      },
    };
  },
});

function resolverOf({ resolves }: HostileAddress): Resolve {
  let asked = 0;
  return (host) => {
    if (!resolves) throw new Error(`${host} should not have been resolved`);
    const addresses = resolves[Math.min(asked++, resolves.length - 1)]!;
    return Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
  };
}

/** In local mode that may be reached: whoever asks is on it. */
function isOfThisMachine(url: string): boolean {
  const { hostname = '', username = '', protocol = '' } = URL.parse(url.replaceAll('{port}', '80')) ?? {};
  return (
    username === '' && /^https?:$/.test(protocol) && /^(127\.|\[::1\]$|\[::ffff:7f|localhost)/.test(hostname)
  );
}

async function listen(open: AsyncDisposableStack, host: string, listener: RequestListener) {
  let hits = 0;
  const server = createServer(listener);
  server.on('connection', () => (hits += 1));
  await new Promise<void>((done) => server.listen(0, host, done));
  open.defer(async () => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, hits: () => hits };
}
