import type { BatchResult } from '@intermodal/client';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../exit-codes.ts';
import { reportOf, reportText } from './eval-report.ts';
import type { EvalRow } from './eval-rows.ts';

const row = (customId: string, ...expected: string[]): EvalRow => ({
  ...{ customId, expected, files: {} },
  row: { custom_id: customId, input: {} },
});
const came = (custom_id: string, output: Record<string, unknown>): BatchResult => ({
  ...{ custom_id, line: 1, status: 'completed', output },
});
const failed: BatchResult = {
  ...{ custom_id: 'c', line: 3, status: 'failed' },
  error: { code: 'media.unreadable', message: 'The file cannot be decoded.' },
};
const about = { pipeline: 'p@1', batch: 'bat_x' } as const;

describe('reportOf', () => {
  const rows = [row('a', 'two'), row('b', 'red'), row('c', 'x')];
  const answers = [came('b', { answer: 'blue' }), failed, came('a', { answer: 'Two.' })];

  it('finds each row its answer by its id, and counts what did not complete as wrong', () => {
    const report = reportOf({ ...about, measure: 'exact' }, undefined, rows, answers);
    expect(report).toMatchObject({ rows: 3, right: 1, wrong: 1, failed: 1, score: 1 / 3 });
    expect(report.results.map(({ rate }) => rate)).toEqual([0, 1, null]);
    expect(reportText(report)).toEqual([
      ...['b', '  expected  red', '  got       blue'],
      ...['c', '  expected  x', '  failed    The file cannot be decoded. (media.unreadable)'],
      'p@1: 3 rows, 1 without a fault, 1 with, 1 did not complete',
      'exact: 33.3 % right',
    ]);
  });

  it('counts word errors over all expected words, and all of a row that did not complete', () => {
    const lines = { lines: [{ text: 'good' }, { text: 'evening' }] };
    const two = [row('a', 'good morning'), row('c', 'one two three')];
    const report = reportOf({ ...about, measure: 'words' }, 'lines.*.text', two, [came('a', lines), failed]);
    expect(report.score).toBe(4 / 5);
  });

  it('takes a list with nothing in it for an empty answer', () => {
    const report = reportOf(
      { ...about, measure: 'words' },
      'lines.*.text',
      [row('a', 'one')],
      [came('a', { lines: [] })],
    );
    expect(report).toMatchObject({ wrong: 1, failed: 0, score: 1 });
  });

  it('sums things over all rows, and counts all of a row that did not complete as missed', () => {
    const two = [{ ...row('a'), expected: ['dog', 'cat'] }, row('c', 'dog')];
    const report = reportOf({ ...about, measure: 'objects' }, undefined, two, [
      came('a', { objects: [{ label: 'dog' }, { label: 'cow' }], scope: 'x' }),
      failed,
    ]);
    expect(report).toMatchObject({ precision: 1 / 2, recall: 1 / 3, score: 2 / 5, failed: 1 });
    expect(reportText(report)).toEqual([
      ...['a', '  expected  dog | cat', '  got       dog, cow (1 missed, 1 too many)'],
      ...['c', '  expected  dog', '  failed    The file cannot be decoded. (media.unreadable)'],
      'p@1: 2 rows, 0 without a fault, 1 with, 1 did not complete',
      'objects: precision 50.0 % (1 of 2 found), recall 33.3 % (1 of 3 expected), F1 40.0 %',
    ]);
  });

  it.each([
    [undefined, { a: 'x', b: 'y' }, 'say by --output which output is the answer: a, b.'],
    ['text', { lines: [] }, "there is no output 'text'; there are lines."],
  ])('asks for the output that is meant: %j of %j', (port, output, sentence) => {
    expect(() =>
      reportOf({ ...about, measure: 'exact' }, port, [row('a', 'x')], [came('a', output)]),
    ).toThrow(new UsageError(sentence));
  });
});
