import assert from 'node:assert/strict';
import { setTimeout as after } from 'node:timers/promises';
import { IntermodalClient } from '@intermodal/client';
import { parseId, SCOPE_NAMES, type Scope } from '@intermodal/contracts';
import { Cases, defineSuite, type SuiteContext } from '../suite.ts';
import {
  Caller,
  comparable,
  KEYED,
  nothings,
  ownedBy,
  withoutCase,
  type Answer,
  type Named,
} from '../tenancy/routes.ts';
import { changed, rowsOf } from '../tenancy/rows.ts';
import { makeThings, until, type Things } from '../tenancy/things.ts';

const EVERY_BUT_ADMIN = SCOPE_NAMES.filter((scope) => scope !== 'admin');
/** A revocation is heard of by every API process within two seconds; that long, and a busy machine. */
const HEARD_WITHIN_MS = 5_000;

export default defineSuite({
  name: 'tenancy',
  summary: 'Every route with ids of another tenant, without its scope, and with keys that are none.',
  async run(context) {
    const { url, keys, signal, stack, fixtures, say } = context;
    const cases = new Cases();
    const caller = new Caller(url, signal);
    const operator = new IntermodalClient({ url, key: keys.owner });
    const tenant = (await operator.tenants.create({ name: `tenancy ${Date.now()}` }, { signal })).id;
    const keyWith = async (scopes: readonly Scope[], more: { expiresAt?: string } = {}) =>
      operator.keys.create(
        { name: scopes.join(' ').slice(0, 100), scopes: [...scopes], ...more },
        { tenant, signal },
      );
    const owner = (await keyWith(EVERY_BUT_ADMIN)).key;
    const things = await makeThings({ url, key: owner, tenant }, fixtures, signal);
    const rows = () => rowsOf(stack.databaseUrl, parseId('tenant', tenant)!);

    say(`${KEYED.length} routes with ids of another tenant`);
    await cases.check('every route with an id has a case here', () =>
      assert.deepEqual(withoutCase(KEYED), []),
    );
    await foreignIds(cases, caller, keys.foreign, owner, things, rows);
    await references(cases, context, owner, things);

    say('without each scope, and with it alone');
    await scopes(cases, caller, keyWith, things);

    say('with keys that are none');
    const bad = await badKeys(operator, keyWith, tenant, signal);
    for (const [name, route] of KEYED) {
      const answers = await Promise.all(bad.map(([, key]) => caller.call(route, things, key)));
      for (const [i, [what]] of bad.entries())
        await cases.check(`${name} with ${what}: 401, as with every other bad key`, () => {
          assert.equal(answers[i]!.status, 401);
          assert.equal(answers[i]!.challenge, 'Bearer');
          assert.equal(comparable(answers[i]!), comparable(answers[0]!));
        });
    }
    const heardMs = await revocation(cases, context, keyWith, tenant);
    await controls(cases, caller, { owner, foreign: keys.foreign, things, rows });
    return {
      cases: cases.list,
      figures: { routes: KEYED.length, calls: caller.calls, 'revoked after ms': heardMs },
    };
  },
});

/** 404, in the words for what never was; and nothing of the owner's is touched. */
async function foreignIds(
  cases: Cases,
  caller: Caller,
  foreign: string,
  owner: string,
  things: Things,
  rows: () => Promise<Record<string, string>>,
): Promise<void> {
  const before = await rows();
  const never = nothings();
  const asked = KEYED.filter(([, route]) => ownedBy(route) && route.scope !== 'admin');
  // Before the audit log of the stranger has his attempts.
  for (const [name, route] of KEYED.filter(
    ([, one]) => one.method === 'GET' && !one.path.includes(':') && one.scope !== 'admin',
  )) {
    const { text } = await caller.call(route, things, foreign);
    await cases.check(`${name} shows nothing of another tenant`, () => {
      for (const id of Object.values(things)) assert.ok(!text.includes(id), id);
    });
  }
  for (const [name, route] of asked) {
    const there = await caller.call(route, things, foreign);
    const nowhere = await caller.call(route, never, foreign);
    await cases.check(`${name} with an id of another tenant: 404, as for one that never was`, () => {
      assert.equal(there.status, 404, there.text);
      assert.match(there.text, /\w+\.not_found/);
      assert.equal(comparable(there, ...Object.values(things)), comparable(nowhere, ...Object.values(never)));
    });
  }
  await cases.check('no row of the owner has changed', async () =>
    assert.deepEqual(changed(before, await rows()), []),
  );
  // A batch that was not made through OpenAI's interface is none there, for its owner neither.
  for (const [name, route] of asked.filter(
    ([, one]) =>
      one.method === 'GET' && !one.path.endsWith('/events') && one.path !== '/openai/v1/batches/:id',
  ))
    await cases.check(`${name} with an id of one’s own is answered`, async () => {
      const { status, text } = await caller.call(route, things, owner);
      assert.equal(status, 200, text);
    });
}

/** Ids that stand in bodies and queries. */
async function references(
  cases: Cases,
  { url, keys, signal }: SuiteContext,
  owner: string,
  things: Things,
): Promise<void> {
  const foreign = new IntermodalClient({ url, key: keys.foreign });
  const input = { audio: { artifact: things.artifact } };
  const codeOf = (error: unknown): string => (error as { code: string }).code;
  await cases.check('submitJob with a file of another tenant: artifact.not_found', () =>
    assert.rejects(
      foreign.jobs.submit({ pipeline: 'speech-to-speech', input }, { signal }),
      (error) => codeOf(error) === 'artifact.not_found',
    ),
  );
  for (const [what, ask] of [
    ['listKeys', () => foreign.keys.list({ tenant: things.tenant }, { signal })],
    [
      'createKey',
      () => foreign.keys.create({ name: 'x', scopes: ['jobs:read'] }, { tenant: things.tenant, signal }),
    ],
    ['revokeKey', () => foreign.keys.revoke(things.key, { tenant: things.tenant, signal })],
    ['getUsage', () => foreign.usage.get({ tenant: things.tenant }, { signal })],
    ['listAudit', () => foreign.audit.list({ tenant: things.tenant }, { signal })],
  ] as const)
    await cases.check(`${what} in the name of another tenant: 403`, () =>
      assert.rejects(ask, (error) => codeOf(error) === 'key.scope'),
    );
  await cases.check('the file is still its owner’s', async () => {
    const own = new IntermodalClient({ url, key: owner });
    assert.equal((await own.artifacts.get(things.artifact, { signal })).id, things.artifact);
  });
}

const isRefused = (answer: Answer, scope: Scope): boolean =>
  answer.status === 403 && answer.text.includes('key.scope') && answer.text.includes(`scope ${scope}`);

async function scopes(
  cases: Cases,
  caller: Caller,
  keyWith: (scopes: readonly Scope[]) => Promise<{ readonly key: string }>,
  things: Things,
): Promise<void> {
  const never = nothings();
  for (const scope of SCOPE_NAMES) {
    const without = (await keyWith(EVERY_BUT_ADMIN.filter((one) => one !== scope))).key;
    const alone = (await keyWith([scope])).key;
    for (const [name, route] of KEYED.filter(([, one]) => one.scope === scope)) {
      const refused = await caller.call(route, things, without);
      await cases.check(`${name} without ${scope}: 403 that names it`, () =>
        assert.ok(isRefused(refused, scope), refused.text),
      );
      const { status, text } = await caller.call(route, never, alone, null);
      await cases.check(`${name} with ${scope} alone is let in`, () =>
        assert.ok(status !== 401 && status !== 403, text),
      );
    }
  }
}

type MakeKey = (
  scopes: readonly Scope[],
  more?: { expiresAt?: string },
) => Promise<{ readonly id: string; readonly key: string }>;

/** The first of them is compared with the others. */
async function badKeys(
  operator: IntermodalClient,
  keyWith: MakeKey,
  tenant: string,
  signal: AbortSignal,
): Promise<readonly (readonly [what: string, key: string | undefined])[]> {
  const expired = await keyWith(SCOPE_NAMES, { expiresAt: new Date(Date.now() + 1_000).toISOString() });
  const revoked = await keyWith(SCOPE_NAMES);
  await operator.keys.revoke(revoked.id, { tenant, signal });
  const good = await keyWith(SCOPE_NAMES);
  await until(
    signal,
    async () => (await operator.keys.get(expired.id, { tenant, signal })).status === 'expired',
  );
  return [
    ['no key', undefined],
    ['a key that was revoked', revoked.key],
    ['a key that has expired', expired.key],
    ['a key with one flipped bit', flipped(good.key)],
    ['a key that never was', `im_live_${'0'.repeat(26)}_${'0'.repeat(52)}`],
    ['the secret of a key alone', good.key.split('_').at(-1)!],
  ];
}

/** The lowest bit of the first character of the secret that stays one of the alphabet. */
function flipped(key: string): string {
  const at = key.lastIndexOf('_') + 1;
  const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
  return key.slice(0, at) + alphabet[alphabet.indexOf(key[at]!) ^ 1]! + key.slice(at + 1);
}

/** @returns how long the other process went on believing it */
async function revocation(
  cases: Cases,
  { urls, keys, signal }: SuiteContext,
  keyWith: MakeKey,
  tenant: string,
): Promise<number> {
  const { id, key } = await keyWith(['jobs:read']);
  const statusAt = async (address: string): Promise<number> =>
    (await fetch(`${address}/v1/jobs`, { headers: { authorization: `Bearer ${key}` }, signal })).status;
  await cases.check('a new key is known to both API processes', async () => {
    assert.deepEqual([await statusAt(urls[0]), await statusAt(urls[1])], [200, 200]);
  });
  await new IntermodalClient({ url: urls[0], key: keys.owner }).keys.revoke(id, { tenant, signal });
  const since = performance.now();
  await cases.check('a revoked key is refused at once where it was revoked', async () =>
    assert.equal(await statusAt(urls[0]), 401),
  );
  while ((await statusAt(urls[1])) !== 401 && performance.now() - since < 2 * HEARD_WITHIN_MS)
    await after(50, undefined, { signal });
  const heardMs = Math.round(performance.now() - since);
  await cases.check('and elsewhere within two seconds', () =>
    assert.ok(heardMs < HEARD_WITHIN_MS, `${heardMs} ms`),
  );
  return heardMs;
}

/** What the checks above must notice, planted. */
async function controls(
  cases: Cases,
  caller: Caller,
  given: { owner: string; foreign: string; things: Things; rows: () => Promise<Record<string, string>> },
): Promise<void> {
  const { owner, foreign, things, rows } = given;
  const routeOf = (name: string) => KEYED.find(([one]) => one === name)![1];
  await cases.control('a new route with an id that nobody tries is found', () => {
    const planted: Named = ['getSecret', { ...routeOf('getJob'), path: '/v1/secrets/:id' }];
    assert.deepEqual(withoutCase([...KEYED, planted]), ['getSecret']);
  });
  await cases.control('a change of one row of the owner is found', async () => {
    const before = await rows();
    const { status } = await caller.call(routeOf('revokeKey'), things, owner);
    assert.equal(status, 200);
    const tables = changed(before, await rows());
    assert.ok(tables.includes('api_key'), tables.join());
  });
  await cases.control('a key that has the scope is not taken for one that lacks it', async () => {
    assert.ok(!isRefused(await caller.call(routeOf('listJobs'), things, owner), 'jobs:read'));
  });
  await cases.control('an answer to the owner is not taken for one to a stranger', async () => {
    const own = await caller.call(routeOf('getJob'), things, owner);
    const strange = await caller.call(routeOf('getJob'), things, foreign);
    assert.deepEqual([own.status, strange.status], [200, 404]);
    assert.notEqual(comparable(own), comparable(strange));
  });
}
