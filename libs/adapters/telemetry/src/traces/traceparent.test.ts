import { expect, test } from 'vitest';
import { parseTraceparent, showTraceparent, trustedTraceparent } from './traceparent.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

test.each([
  ['sampled', `00-${TRACE}-${SPAN}-01`, 1],
  ['not sampled', `00-${TRACE}-${SPAN}-00`, 0],
  ['flags that nobody knows yet', `00-${TRACE}-${SPAN}-ff`, 1],
  ['a later version with more fields', `cc-${TRACE}-${SPAN}-01-what-the-future-holds`, 1],
])('reads %s', (_what, text, traceFlags) => {
  expect(parseTraceparent(text)).toEqual({ traceId: TRACE, spanId: SPAN, traceFlags, isRemote: true });
  expect(showTraceparent(parseTraceparent(text)!)).toBe(`00-${TRACE}-${SPAN}-0${traceFlags}`);
});

test.each([
  ['nothing', ''],
  ['a trace of zeros', `00-${'0'.repeat(32)}-${SPAN}-01`],
  ['a span of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
  ['capitals', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
  ['the version that is none', `ff-${TRACE}-${SPAN}-01`],
  ['more fields in version 00', `00-${TRACE}-${SPAN}-01-more`],
  ['a short trace', `00-${TRACE.slice(2)}-${SPAN}-01`],
  ['text after it', `00-${TRACE}-${SPAN}-01\nx: y`],
])('refuses %s', (_what, text) => {
  expect(parseTraceparent(text)).toBeUndefined();
  expect(trustedTraceparent(text, 1, 0)).toBeUndefined();
});

test('a caller says which trace it is, and we say whether it is kept', () => {
  for (const flag of ['00', '01']) {
    const given = `00-${TRACE}-${SPAN}-${flag}`;
    expect(trustedTraceparent(given, 0.5, 0.4)).toBe(`00-${TRACE}-${SPAN}-01`);
    expect(trustedTraceparent(given, 0.5, 0.6)).toBe(`00-${TRACE}-${SPAN}-00`);
    expect(trustedTraceparent(given, 0, 0)).toBe(`00-${TRACE}-${SPAN}-00`);
  }
});
