import type { BatchResult } from '@intermodal/client';
import { UsageError } from '../exit-codes.ts';
import { MEASURES, rateOf, textOf, type Measure, type MeasureName, type Scored } from './measures.ts';
import type { EvalRow } from './eval-rows.ts';
import { foundIn, type Expectation } from './object-measure.ts';

export interface EvalResult {
  readonly custom_id: string;
  readonly expected: readonly Expectation[];
  /** Null when there is none; labels with commas between them where things are measured. */
  readonly answer: string | null;
  /** 0 is without a fault. Null when the row did not complete: it counts as all wrong. */
  readonly rate: number | null;
  /** Where things are measured. */
  readonly missed?: number;
  readonly extra?: number;
  readonly error?: { readonly code: string; readonly message: string };
}

export interface EvalReport {
  readonly pipeline: string;
  readonly batch: string;
  readonly measure: MeasureName;
  readonly rows: number;
  readonly right: number;
  readonly wrong: number;
  /** That did not complete. */
  readonly failed: number;
  /** Of `exact` and `contains` the share that is right; of `words` the faults per expected word; of `objects` F1. */
  readonly score: number;
  /** Of `objects`. */
  readonly precision?: number;
  readonly recall?: number;
  readonly summary: string;
  readonly results: readonly EvalResult[];
}

export function reportOf(
  about: Pick<EvalReport, 'pipeline' | 'batch' | 'measure'>,
  port: string | undefined,
  rows: readonly EvalRow[],
  answers: readonly BatchResult[],
): EvalReport {
  const measure: Measure = MEASURES[about.measure];
  const byId = new Map(answers.map((answer) => [answer.custom_id, answer]));
  const scored: Scored[] = [];
  const results = rows.map(({ customId, expected }): EvalResult => {
    const came = byId.get(customId);
    const isWhole = came?.status === 'completed';
    const answer = came?.output ? valuesOf(came.output, port, measure) : null;
    const own = measure.score(expected, answer ?? []);
    // What did not come is wrong, and not left out: an evaluation must not get better by failing.
    scored.push(isWhole ? own : { ...own, faults: Math.max(own.faults, own.units) });
    return {
      ...{ custom_id: customId, expected, answer: answer && shown(answer, measure) },
      rate: isWhole ? rateOf(own) : null,
      ...(isWhole && own.extra !== undefined && { missed: own.faults - own.extra, extra: own.extra }),
      ...(came?.error && { error: { code: came.error.code, message: came.error.message } }),
    };
  });
  const right = results.filter(({ rate }) => rate === 0).length;
  const failed = results.filter(({ rate }) => rate === null).length;
  return {
    ...about,
    ...{ rows: rows.length, right, failed, wrong: rows.length - right - failed },
    ...measure.sum(totalOf(scored), { right, rows: rows.length }),
    results,
  };
}

const totalOf = (scored: readonly Scored[]): Required<Scored> => ({
  faults: scored.reduce((sum, { faults }) => sum + faults, 0),
  units: scored.reduce((sum, { units }) => sum + units, 0),
  extra: scored.reduce((sum, { extra = 0 }) => sum + extra, 0),
});

const shown = (answer: readonly unknown[], { expects }: Measure): string =>
  expects === 'texts'
    ? textOf(answer)
    : foundIn(answer)
        .map(({ label }) => label)
        .join(', ');

/** @throws UsageError when it is not said which output is meant, or there is none of that name */
function valuesOf(
  output: Readonly<Record<string, unknown>>,
  port: string | undefined,
  { expects }: Measure,
): readonly unknown[] {
  const fit = Object.entries(output).filter(([, value]) =>
    expects === 'texts' ? typeof value === 'string' : Array.isArray(value),
  );
  if (port === undefined) {
    if (fit.length === 1) return [fit[0]![1]];
    const names = fit.map(([name]) => name).join(', ');
    throw new UsageError(
      `say by --output which output is the answer: ${names || Object.keys(output).join(', ')}.`,
    );
  }
  const found = valuesAt(output, port.split('.'));
  if (found.length === 0 && !port.includes('*'))
    throw new UsageError(`there is no output '${port}'; there are ${Object.keys(output).join(', ')}.`);
  return found;
}

/** `*` stands for every item of a list. */
function valuesAt(value: unknown, [key, ...rest]: readonly string[]): unknown[] {
  if (key === undefined) return value === undefined ? [] : [value];
  if (key === '*') return Array.isArray(value) ? value.flatMap((item) => valuesAt(item, rest)) : [];
  if (typeof value !== 'object' || value === null) return [];
  return valuesAt((value as Record<string, unknown>)[key], rest);
}

const SHOWN = 20;

export function reportText(report: EvalReport): string[] {
  const { pipeline, rows, right, wrong, failed, summary, results } = report;
  const bad = results.filter(({ rate }) => rate !== 0);
  return [
    ...bad
      .slice(0, SHOWN)
      .flatMap(({ custom_id: id, expected, answer, error, missed, extra }) => [
        `${id}`,
        `  expected  ${expected.map(shownExpectation).join(' | ')}`,
        error
          ? `  failed    ${error.message} (${error.code})`
          : `  got       ${answer}${missed === undefined ? '' : ` (${missed} missed, ${extra} too many)`}`,
      ]),
    ...(bad.length > SHOWN ? [`and ${bad.length - SHOWN} more: --json shows all`] : []),
    `${pipeline}: ${rows} rows, ${right} without a fault, ${wrong} with, ${failed} did not complete`,
    summary,
  ];
}

const shownExpectation = (one: Expectation): string =>
  typeof one === 'string' ? one : `${one.label}${one.crowd ? ' …' : ''}`;
