import type { BatchResult } from '@intermodal/client';
import { UsageError } from '../exit-codes.ts';
import { MEASURES, rateOf, type MeasureName, type Scored } from './measures.ts';
import type { EvalRow } from './eval-rows.ts';

export interface EvalResult {
  readonly custom_id: string;
  readonly expected: readonly string[];
  /** Null when there is none. */
  readonly answer: string | null;
  /** 0 is without a fault. Null when the row did not complete: it counts as all wrong. */
  readonly rate: number | null;
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
  /** Of `exact` and `contains` the share that is right; of `words` the faults per expected word. */
  readonly score: number;
  readonly results: readonly EvalResult[];
}

export function reportOf(
  about: Pick<EvalReport, 'pipeline' | 'batch' | 'measure'>,
  port: string | undefined,
  rows: readonly EvalRow[],
  answers: readonly BatchResult[],
): EvalReport {
  const { score } = MEASURES[about.measure];
  const byId = new Map(answers.map((answer) => [answer.custom_id, answer]));
  const scored: Scored[] = [];
  const results = rows.map(({ customId, expected }): EvalResult => {
    const came = byId.get(customId);
    const answer = came?.output ? answerOf(came.output, port) : null;
    const faults = score(expected, answer ?? '');
    // What did not come is wrong, and not left out: an evaluation must not get better by failing.
    scored.push(
      came?.status === 'completed' ? faults : { ...faults, faults: Math.max(faults.faults, faults.units) },
    );
    return {
      ...{ custom_id: customId, expected, answer },
      rate: came?.status === 'completed' ? rateOf(faults) : null,
      ...(came?.error && { error: { code: came.error.code, message: came.error.message } }),
    };
  });
  const right = results.filter(({ rate }) => rate === 0).length;
  const failed = results.filter(({ rate }) => rate === null).length;
  const total = {
    faults: scored.reduce((sum, one) => sum + one.faults, 0),
    units: scored.reduce((sum, one) => sum + one.units, 0),
  };
  return {
    ...about,
    ...{ rows: rows.length, right, failed, wrong: rows.length - right - failed },
    score: about.measure === 'words' ? rateOf(total) : right / rows.length,
    results,
  };
}

/** @throws UsageError when it is not said which output is meant, or there is none of that name */
function answerOf(output: Readonly<Record<string, unknown>>, port: string | undefined): string {
  const texts = Object.entries(output).filter(([, value]) => typeof value === 'string');
  if (port === undefined) {
    if (texts.length === 1) return texts[0]![1] as string;
    const names = texts.map(([name]) => name).join(', ');
    throw new UsageError(
      `say by --output which output is the answer: ${names || Object.keys(output).join(', ')}.`,
    );
  }
  const found = valuesAt(output, port.split('.'));
  if (found.length === 0 && !port.includes('*'))
    throw new UsageError(`there is no output '${port}'; there are ${Object.keys(output).join(', ')}.`);
  return found.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join(' ');
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
  const { pipeline, measure, rows, right, wrong, failed, score, results } = report;
  const bad = results.filter(({ rate }) => rate !== 0);
  return [
    ...bad
      .slice(0, SHOWN)
      .flatMap(({ custom_id: id, expected, answer, error }) => [
        `${id}`,
        `  expected  ${expected.join(' | ')}`,
        error ? `  failed    ${error.message} (${error.code})` : `  got       ${answer}`,
      ]),
    ...(bad.length > SHOWN ? [`and ${bad.length - SHOWN} more: --json shows all`] : []),
    `${pipeline}: ${rows} rows, ${right} without a fault, ${wrong} with, ${failed} did not complete`,
    measure === 'words'
      ? `word errors: ${(score * 100).toFixed(1)} % of the expected words`
      : `${measure}: ${(score * 100).toFixed(1)} % right`,
  ];
}
