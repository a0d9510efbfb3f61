import { LOG_FIELDS, type Problem } from '@intermodal/contracts';
import { openTracing, type Tracing } from '@intermodal/telemetry';
import { startOtlpReceiver, type OtlpReceiver } from '@intermodal/testing';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startApi, type RunningApi } from '../api.testing.ts';

const CALLER = '4bf92f3577b34da6a3ce929d0e0e4736';
const FROM_CALLER = { traceparent: `00-${CALLER}-00f067aa0ba902b7-00` };

let receiver: OtlpReceiver;
let tracing: Tracing;
let api: RunningApi;
beforeAll(async () => {
  receiver = await startOtlpReceiver();
  tracing = await openTracing(
    { endpoint: receiver.url, headers: {}, ratio: 1 },
    { resource: { 'service.name': 'test' }, onTrouble: () => {} },
  );
  api = await startApi({ tracing });
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await tracing.close();
  await receiver[Symbol.asyncDispose]();
});

interface Line {
  readonly msg: string;
  readonly level: string;
  readonly requestId?: string;
  readonly traceId?: string;
  readonly spanId?: string;
}
const lines = (): Line[] =>
  api
    .log()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);

test('a problem, the line of its request and the span name the same trace: the caller’s, where it is valid', async () => {
  const answer = await api.ask('/v1/jobs/job_00000000000000000000000000', { headers: FROM_CALLER });
  const problem = (await answer.json()) as Problem;
  expect(problem).toMatchObject({ code: 'job.not_found', traceId: CALLER });
  await vi.waitFor(() => {
    const line = lines().find(({ requestId }) => requestId === problem.requestId)!;
    expect(line).toMatchObject({ level: 'info', msg: 'request', traceId: CALLER, status: 404 });
    const span = receiver.spans.find(({ spanId }) => spanId === line.spanId)!;
    expect(span).toMatchObject({
      traceId: CALLER,
      parentSpanId: '00f067aa0ba902b7',
      name: 'GET /v1/jobs/:id',
    });
    // Their mistake is no failure of ours.
    expect(span.status).toBe(0);
    expect(span.attributes).toMatchObject({
      'error.type': 'job.not_found',
      'http.response.status_code': 404,
    });
  }, 5_000);
});

test.each([
  ['none', {}],
  ['one that is none', { traceparent: `00-${CALLER.toUpperCase()}-00f067aa0ba902b7-01` }],
])('with %s the trace begins here', async (_what, headers) => {
  const problem = (await (await api.ask('/v1/nothing', { headers })).json()) as Problem;
  expect(problem.traceId).toMatch(/^[0-9a-f]{32}$/);
  expect(problem.traceId).not.toBe(CALLER);
});

test('a probe is no trace', async () => {
  await api.ask('/livez', { headers: FROM_CALLER });
  await vi.waitFor(() => {
    const probe = lines().find((line) => (line as { path?: string }).path === '/livez')!;
    expect(probe).not.toHaveProperty('traceId');
  });
});

test('every line has the fields of the reference, and no other', async () => {
  await api.ask('/v1/jobs', { method: 'POST', body: '{"pipeline":' });
  const names = new Set(lines().flatMap((line) => Object.keys(line)));
  expect([...names].filter((name) => !Object.hasOwn(LOG_FIELDS, name))).toEqual([]);
  for (const line of lines())
    expect(line).toMatchObject({
      time: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      service: 'intermodal-api',
      version: '0.0.0-test',
    });
});

test('where the API does not trace, a problem names no trace', async () => {
  await using other = await startApi();
  const problem: unknown = await (await other.ask('/v1/nothing', { headers: FROM_CALLER })).json();
  expect(problem).not.toHaveProperty('traceId');
});
