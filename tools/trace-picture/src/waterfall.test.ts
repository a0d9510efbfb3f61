import type { ReceivedSpan } from '@intermodal/testing';
import { expect, test } from 'vitest';
import { rowsOf } from './rows.ts';
import { waterfall } from './waterfall.ts';

const span = (id: string, parent: string | undefined, name: string, from: number, to: number, more = {}) =>
  ({
    ...{ traceId: 't', spanId: id, parentSpanId: parent, name, startMs: 1_000 + from, endMs: 1_000 + to },
    ...{ attributes: {}, links: [], status: 0, resource: {}, ...more },
  }) satisfies ReceivedSpan;

const SPANS = [
  span('c', 'b', 'task text.shout@1', 30, 90, {
    ...{ attributes: { 'intermodal.node': 'a<b', 'intermodal.attempt': 2 }, status: 2 },
    resource: { 'intermodal.pool': 'text' },
  }),
  span('a', undefined, 'POST /v1/jobs', 0, 20),
  span('b', 'a', 'submit job', 5, 15),
  span('d', 'c', 'run', 40, 80),
  span('e', 'd', 'Translator.translate', 50, 70),
  span('f', 'b', 'webhook delivery', 95, 100),
];

test('a row for the request, each attempt and the delivery, and upon an attempt what was done within', () => {
  const rows = rowsOf(SPANS);
  expect(rows.map(({ label, place, startMs, endMs }) => [label, place, startMs, endMs])).toEqual([
    ['POST /v1/jobs', 'API', 0, 20],
    ['a<b: text.shout@1 (attempt 2)', 'text', 30, 90],
    ['webhook delivery', 'API', 95, 100],
  ]);
  expect(rows[1]!.failed).toBe(true);
  expect(rows[1]!.bars.map(({ part, startMs }) => [part, startMs])).toEqual([
    ['run', 40],
    ['call', 50],
  ]);
});

test('the picture is SVG with every label in it, as text', () => {
  const picture = waterfall('One & all', rowsOf(SPANS));
  expect(picture).toMatch(/^<svg [^]*<\/svg>\n$/);
  for (const shown of ['One &amp; all', 'a&lt;b: text.shout@1 (attempt 2)', 'POST /v1/jobs', 'text, 60 ms'])
    expect(picture).toContain(`>${shown}</text>`);
  expect(picture).not.toMatch(/NaN|undefined|Infinity/);
});
