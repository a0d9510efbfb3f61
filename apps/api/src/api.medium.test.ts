import { connect } from 'node:net';
import { Script } from 'node:vm';
import { ROUTES } from '@intermodal/contracts';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KEY, startApi, type RunningApi } from './api.testing.ts';

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api[Symbol.asyncDispose]());

describe('routes', () => {
  it('are those of the table, all of them and no other', () => {
    const table = Object.values(ROUTES).map(({ method, path }) => `${method} ${path}`);
    const served = api.served.filter((route) => !route.startsWith('HEAD '));
    expect(served.toSorted()).toEqual(table.toSorted());
  });

  it('are described by a valid OpenAPI 3.1 document', async () => {
    const response = await fetch(`${api.url}/openapi.json`);
    const document = (await response.json()) as { openapi: string };
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(await new Validator().validate(document)).toEqual({ valid: true });
  });

  it('are shown by a page that needs no other host', async () => {
    const response = await fetch(`${api.url}/docs`);
    const page = await response.text();
    expect(response.headers.get('content-type')).toMatch(/^text\/html/);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(page).not.toMatch(/(src|href)="https?:/);
    const script = /<script type="module">([\s\S]*)<\/script>/.exec(page)![1]!;
    expect(() => new Script(script)).not.toThrow();
  });

  it('say what the API can run', async () => {
    const { stages } = (await (await api.ask('/v1/stages')).json()) as { stages: unknown[] };
    expect(stages).toEqual([
      expect.objectContaining({
        name: 'test.listen',
        pool: 'speech',
        input: expect.objectContaining({
          properties: expect.objectContaining({
            audio: { $ref: '#/components/schemas/Artifact', 'x-media-type': 'audio/*' },
          }),
        }),
      }),
    ]);
    const list = await (await api.ask('/v1/pipelines')).json();
    expect(list).toEqual({ pipelines: [{ name: 'listen', version: 2, summary: 'Listens.' }] });
    const one = await (await api.ask('/v1/pipelines/listen@1')).json();
    expect(one).toMatchObject({ version: 1, versions: [1, 2], input: { required: ['audio'] } });
    const unknown = await api.ask('/v1/pipelines/listne');
    expect(await unknown.json()).toMatchObject({ status: 404, code: 'pipeline.unknown' });
  });
});

describe('the key', () => {
  it('is asked for everywhere but where the table says open, and every refusal is the same', async () => {
    for (const [name, route] of Object.entries(ROUTES)) {
      const path = route.path.replace(':id', 'job_00000000000000000000000000').replace(':name', 'listen');
      for (const headers of [{}, { authorization: `Bearer ${KEY}x` }, { authorization: 'Basic abc' }]) {
        const response = await fetch(`${api.url}${path}`, { method: route.method, headers });
        if ('open' in route) {
          // An address that is signed is its own permission, and here it is not.
          expect(response.status, path).toBe(name === 'uploadPart' ? 400 : 200);
          await response.body?.cancel();
          continue;
        }
        expect(response.status, path).toBe(401);
        expect(response.headers.get('www-authenticate')).toBe('Bearer');
        const told = (await response.json()) as { error?: { code: string; message: string } };
        // OpenAI's clients are told in the way that they know.
        expect(told.error ? { code: told.error.code, detail: told.error.message } : told).toMatchObject({
          code: 'key.invalid',
          detail: expect.stringMatching(/^Send a/),
        });
        expect(told.error !== undefined).toBe(route.tag === 'openai');
      }
    }
  });

  it('is in no log line, and every request is', () => {
    expect(api.log()).toContain('"path":"/v1/stages"');
    expect(api.log()).not.toContain(KEY.slice(9));
  });
});

describe('problems', () => {
  it('are problem+json with the request id in header and body', async () => {
    const response = await api.ask('/v1/nothing?x=1', { headers: { 'x-request-id': 'my-request-1' } });
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(response.headers.get('x-request-id')).toBe('my-request-1');
    expect(await response.json()).toEqual({
      type: 'urn:intermodal:error:route.unknown',
      title: 'There is nothing at this address',
      status: 404,
      code: 'route.unknown',
      detail: 'There is nothing at GET /v1/nothing; /docs lists what there is.',
      requestId: 'my-request-1',
    });
  });

  const json = { 'content-type': 'application/json' };
  it.each([
    ['malformed JSON', { body: '{"pipeline":', headers: json }, 400, /not JSON/],
    ['no body', { headers: json }, 400, /empty/],
    ['a body of brackets', { body: '['.repeat(200_000) + ']'.repeat(200_000), headers: json }, 400, /nested/],
    ['a body above 1 MB', { body: `"${'x'.repeat(1_100_000)}"`, headers: json }, 413, /larger than/],
    ['a wrong shape', { body: '{"pipelin":"x"}', headers: json }, 422, /body/],
    ['no boundary', { body: 'x', headers: { 'content-type': 'multipart/form-data' } }, 400, /form/],
    [
      'a form that ends early',
      { body: '--x\r\nContent-Disp', headers: { 'content-type': 'multipart/form-data; boundary=x' } },
      400,
      /form/,
    ],
    ['an odd content type', { body: 'x', headers: { 'content-type': '///' } }, 400, /./],
  ])('answers %s', async (_name, init, status, detail) => {
    const response = await api.ask('/v1/jobs', { method: 'POST', ...init });
    expect({ status: response.status, ...((await response.json()) as object) }).toMatchObject({
      status,
      detail: expect.stringMatching(detail),
    });
  });

  it.each([
    ['/v1/jobs?limit=1000', /query.limit/],
    ['/v1/jobs?state=running', /Unrecognized key.*state/],
    ['/v1/jobs/job_1', /path.id/],
    ['/v1/artifacts/job_00000000000000000000000000', /path.id.*art_/],
    ['/v1/jobs/%E0%A4%A', /./],
  ])('answers GET %s', async (path, detail) => {
    const response = await api.ask(path);
    expect(await response.json()).toMatchObject({
      status: 400,
      code: 'request.invalid',
      detail: expect.stringMatching(detail),
    });
  });

  it('answers a bug without showing it', async () => {
    const broken = api.records.jobs.list;
    Object.assign(api.records.jobs, { list: () => Promise.reject(new Error('secret at 10.0.0.1')) });
    const response = await api.ask('/v1/jobs');
    Object.assign(api.records.jobs, { list: broken });
    expect(response.status).toBe(500);
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ code: 'internal.bug' });
    expect(text).not.toContain('10.0.0.1');
    expect(api.log()).toContain('secret at 10.0.0.1');
  });

  it('answers what is no HTTP', async () => {
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(new URL(api.url).port), '127.0.0.1', () =>
        socket.write('NONSENSE\r\n\r\n'),
      );
      let text = '';
      socket.on('data', (chunk) => (text += chunk.toString()));
      socket.on('close', () => resolve(text));
      socket.on('error', reject);
    });
    expect(answer).toMatch(/^HTTP\/1.1 400/);
  });
});

describe('health', () => {
  it('is degraded, and still ready, without Redis; jobs are accepted all the same', async () => {
    await using lonely = await startApi({ redisUrl: 'redis://127.0.0.1:9' });
    const ready = await fetch(`${lonely.url}/readyz`);
    expect(ready.status).toBe(200);
    expect(await ready.json()).toMatchObject({ status: 'degraded', checks: { queue: { ok: false } } });
    const startedMs = performance.now();
    const response = await lonely.ask('/v1/jobs', {
      method: 'POST',
      body: JSON.stringify({
        pipeline: 'listen',
        input: { audio: { base64: 'AAAA', mediaType: 'audio/wav' } },
      }),
    });
    expect(response.status).toBe(202);
    expect(performance.now() - startedMs).toBeLessThan(2_500);
  });

  it('is unavailable without Postgres', async () => {
    const check = api.records.check;
    Object.assign(api.records, { check: () => Promise.reject(new Error('at 10.0.0.1')) });
    const response = await fetch(`${api.url}/readyz`);
    Object.assign(api.records, { check });
    expect(response.status).toBe(503);
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ status: 'unavailable', checks: { records: { ok: false } } });
    expect(text).not.toContain('10.0.0.1');
  });
});
