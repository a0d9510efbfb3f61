import { overlapOf } from '@intermodal/engines';
import { z } from 'zod';
import { UsageError } from '../exit-codes.ts';
import type { Measure, Scored } from './measures.ts';

/** A text, or a thing in a picture: with its box where it matters where it is. */
export type Expectation = string | ExpectedThing;

const Box = z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() });

export const ExpectedThing = z.strictObject({
  label: z.string().min(1),
  box: Box.optional(),
  /** Some of these are there, and nobody has counted them: those found are neither right nor wrong, as in COCO. */
  crowd: z.literal(true).optional(),
});
type ExpectedThing = z.infer<typeof ExpectedThing>;

const Found = z.union([
  z.string().transform((label) => ({ label, box: undefined })),
  z.looseObject({ label: z.string(), box: Box.optional() }),
]);
type Found = z.infer<typeof Found>;

/** Boxes that have at least this share of their union in common are of one thing. */
const SAME_PLACE = 0.5;

export const OBJECTS: Measure = {
  says: 'things of a list, by label and box: F1 of those expected and those found, with precision and recall',
  expects: 'things',
  score: (expected, answer) => scored(expected.map(thing), foundIn(answer)),
  sum({ faults, units, extra }) {
    const right = units - (faults - extra);
    const precision = shareOf(right, right + extra);
    const recall = shareOf(right, units);
    // Of all together, so that a picture with many things counts for more than one with few.
    const score = shareOf(2 * right, 2 * right + faults);
    const [p, r, f] = [precision, recall, score].map((share) => `${(share * 100).toFixed(1)} %`);
    return {
      ...{ score, precision, recall },
      summary: `objects: precision ${p} (${right} of ${right + extra} found), recall ${r} (${right} of ${units} expected), F1 ${f}`,
    };
  },
};

/** Nothing of nothing is without a fault. */
const shareOf = (part: number, all: number): number => (all === 0 ? 1 : part / all);

const thing = (one: Expectation): ExpectedThing => (typeof one === 'string' ? { label: one } : one);

/** @throws UsageError where the output is no list of things */
export function foundIn(answer: readonly unknown[]): readonly Found[] {
  return answer.flat().map((one) => {
    const parsed = Found.safeParse(one);
    if (parsed.success) return parsed.data;
    throw new UsageError(
      `the output is no list of labels, or of things with a label and a box: ${JSON.stringify(one).slice(0, 100)}`,
    );
  });
}

/** Each found thing, the surest first, takes the expected one of its label that it fits best and nobody has taken. */
function scored(expected: readonly ExpectedThing[], found: readonly Found[]): Scored {
  const left = new Set(expected.filter(({ crowd }) => !crowd));
  const units = left.size;
  const crowds = new Set(expected.flatMap(({ crowd, label }) => (crowd ? [plainLabel(label)] : [])));
  let extra = 0;
  for (const one of found) {
    const [best] = [...left]
      .filter(({ label }) => plainLabel(label) === plainLabel(one.label))
      .map((it) => ({ it, fit: fitOf(it, one) }))
      .filter(({ fit }) => fit >= SAME_PLACE)
      .sort((a, b) => b.fit - a.fit);
    if (best) left.delete(best.it);
    else if (!crowds.has(plainLabel(one.label))) extra++;
  }
  return { faults: left.size + extra, units, extra };
}

/** One that may be anywhere is left for those that fit no box. */
function fitOf({ label, box }: ExpectedThing, found: Found): number {
  if (!box) return SAME_PLACE;
  if (found.box) return overlapOf(box, found.box);
  throw new UsageError(`a ${label} is expected in a box, and the things of the output have none.`);
}

const plainLabel = (label: string): string => label.trim().toLowerCase();
