import { IntermodalError } from '@intermodal/contracts';
import { startOtlpReceiver, type OtlpReceiver } from '@intermodal/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parentOfJob } from './job-trace.ts';
import { openTracing, type TraceReceiver } from './open-tracing.ts';
import { noTracing, traceIds, type Tracing } from './tracing.ts';

let receiver: OtlpReceiver;
let troubles: string[];
beforeEach(async () => {
  receiver = await startOtlpReceiver();
  troubles = [];
});
afterEach(() => receiver[Symbol.asyncDispose]());

const open = (given: Partial<TraceReceiver> = {}): Promise<Tracing> =>
  openTracing(
    { endpoint: `${receiver.url}/`, headers: { authorization: 'Bearer x' }, ratio: 1, ...given },
    { resource: { 'service.name': 'test' }, onTrouble: (message) => troubles.push(message) },
  );
const named = (name: string) => receiver.spans.find((span) => span.name === name)!;

test('spans within spans, over awaits, with what went wrong by its code and never by its message', async () => {
  const tracing = await open();
  const secret = 'what a user wrote';
  await expect(
    tracing.span('outer', { kind: 'server', attributes: { 'intermodal.attempt': 2 } }, async (outer) => {
      await Promise.resolve();
      expect(outer.traceparent).toContain(traceIds()!.traceId);
      tracing.span('quick', {}, () => 1);
      return tracing.span('inner', {}, async () => {
        await Promise.resolve();
        throw new IntermodalError('input.invalid', secret);
      });
    }),
  ).rejects.toThrow(secret);
  expect(traceIds()).toBeUndefined();
  await tracing.close();
  const outer = named('outer');
  expect(outer).toMatchObject({ parentSpanId: undefined, status: 2, resource: { 'service.name': 'test' } });
  expect(outer.attributes).toEqual({ 'intermodal.attempt': 2, 'error.type': 'input.invalid' });
  for (const name of ['quick', 'inner']) {
    const { traceId, parentSpanId } = named(name);
    expect({ traceId, parentSpanId }).toEqual({ traceId: outer.traceId, parentSpanId: outer.spanId });
  }
  expect(named('quick').status).toBe(0);
  expect(receiver.bodies.join('')).not.toContain(secret);
  expect(receiver.headers()).toMatchObject({ authorization: 'Bearer x' });
});

test('a job continues the trace of its submission; one without any has the trace of its own id, in every process', async () => {
  const tracing = await open();
  const submitted = tracing.span('submit', { parent: null }, ({ traceparent }) => traceparent);
  const jobId = '019ac5e3-cd5c-7874-8d1e-4f93d5306c4c';
  tracing.span('traced', { parent: parentOfJob(submitted, jobId) }, () => {});
  tracing.span('one', { parent: parentOfJob(null, jobId) }, () => {});
  tracing.span('another', { parent: parentOfJob(null, jobId) }, () => {});
  tracing.span('elsewhere', { parent: null }, () => {});
  await tracing.close();
  expect(named('traced')).toMatchObject({
    traceId: named('submit').traceId,
    parentSpanId: named('submit').spanId,
  });
  const roots = [named('one'), named('another')].map(({ traceId, parentSpanId }) => [traceId, parentSpanId]);
  expect(roots).toEqual(Array(2).fill(['019ac5e3cd5c78748d1e4f93d5306c4c', undefined]));
  expect(named('elsewhere').traceId).not.toBe('019ac5e3cd5c78748d1e4f93d5306c4c');
});

test('one call for several: each names the other', async () => {
  const tracing = await open();
  const [first, second] = [
    tracing.begin('first', { parent: null }),
    tracing.begin('second', { parent: null }),
  ];
  tracing.span('call', { parent: first.traceparent, links: [second.traceparent] }, (call) =>
    second.link(call.traceparent),
  );
  first.end();
  second.end();
  await tracing.close();
  expect(named('call')).toMatchObject({
    traceId: named('first').traceId,
    parentSpanId: named('first').spanId,
    links: [{ traceId: named('second').traceId, spanId: named('second').spanId }],
  });
  expect(named('second').links).toMatchObject([{ spanId: named('call').spanId }]);
});

test('what is not kept is told on as not kept, and sent by nobody', async () => {
  const tracing = await open({ ratio: 0 });
  const submitted = tracing.span('submit', { parent: null }, ({ traceparent }) => traceparent);
  expect(submitted).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
  tracing.span('task', { parent: submitted }, () => expect(traceIds()!.traceId).toBe(submitted.slice(3, 35)));
  tracing.span('asked', { parent: tracing.parentFrom(submitted.replace(/0$/, '1')) }, () => {});
  await tracing.close();
  expect(receiver.spans).toEqual([]);
});

test('a receiver that is away costs the spans, and nothing else', async () => {
  const tracing = await open({ endpoint: 'http://127.0.0.1:1' });
  expect(tracing.span('lost', { parent: null }, () => 7)).toBe(7);
  await tracing.close();
  expect(troubles.join(' ')).toMatch(/ECONNREFUSED/);
});

test('where nothing is traced the work is done, and there is nothing to name', async () => {
  expect(noTracing.span('work', {}, (span) => [span.traceparent, traceIds()])).toEqual(['', undefined]);
  await noTracing.close();
});
