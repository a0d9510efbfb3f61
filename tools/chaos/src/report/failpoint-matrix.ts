import { STEPS, type Step } from '@intermodal/trial';
import type { Verdict } from './verdict.ts';

/** How often each point was hit under each shape, `before/after`; and why not, where a shape has no such step. */
export function failpointMatrix(verdicts: readonly Verdict[]): string[] {
  const shapes = verdicts.filter(({ name }) => name.startsWith(PREFIX));
  if (shapes.length === 0) return [];
  const reasons = [...new Set(shapes.flatMap(({ unmet }) => Object.values(unmet)))];
  const cell = ({ effects, unmet }: Verdict, step: Step): string => {
    const reason = unmet[step];
    if (reason !== undefined) return `- (${reasons.indexOf(reason) + 1})`;
    return `${effects[`failpoint:${step}.before`] ?? 0}/${effects[`failpoint:${step}.after`] ?? 0}`;
  };
  const rows = [
    ['failpoint hits', ...shapes.map(({ name }) => name.slice(PREFIX.length))],
    ...STEPS.map((step) => [step, ...shapes.map((shape) => cell(shape, step))]),
  ];
  return [
    '',
    ...rows.map((row) =>
      row
        .map((text) => text.padEnd(16))
        .join('')
        .trimEnd(),
    ),
    ...reasons.map((reason, i) => `(${i + 1}) ${reason}`),
  ];
}

const PREFIX = 'failpoints-';
