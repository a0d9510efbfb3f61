import { expect, it } from 'vitest';
import { verdictOf } from './verdict.ts';

const suite = { name: 'toy', summary: 'A toy.', run: () => Promise.reject(new Error('not run')) };
const good = { name: 'is answered', passed: true };
const control = { name: 'is refused', passed: true, control: true } as const;

it('passes a suite whose cases and controls passed', () => {
  expect(verdictOf(suite, { cases: [good, control] }, 1)).toMatchObject({ passed: true, reasons: [] });
});

it.each([
  ['no control', [good], 'it has no negative control'],
  ['only controls', [control], 'it has no case'],
  [
    'a case that failed',
    [{ ...good, passed: false, detail: 'it was 500' }, control],
    'is answered: it was 500',
  ],
  ['a control that let through', [good, { ...control, passed: false }], 'control is refused: failed'],
])('fails a suite with %s', (_, cases, reason) => {
  expect(verdictOf(suite, { cases }, 1)).toMatchObject({ passed: false, reasons: [reason] });
});
