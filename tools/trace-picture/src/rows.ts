import type { ReceivedSpan } from '@intermodal/testing';

/** What a row is made of, in the order in which they are drawn; what lies within another lies upon it. */
export const PARTS = {
  claim: 'claim',
  'files in': 'files in',
  engines: 'engines opened',
  run: 'the stage',
  call: 'a model or program',
  'files out': 'files out',
  settle: 'settle',
} as const;
export type Part = keyof typeof PARTS;

export interface Bar {
  readonly part: Part;
  readonly startMs: number;
  readonly endMs: number;
}

/** A request, an attempt or a delivery. */
export interface Row {
  readonly label: string;
  /** Where it ran. */
  readonly place: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly failed: boolean;
  readonly bars: readonly Bar[];
}

/** The rows of one trace by their beginnings, with all times from the first of them. */
export function rowsOf(spans: readonly ReceivedSpan[]): Row[] {
  const zero = Math.min(...spans.map(({ startMs }) => startMs));
  const children = Map.groupBy(spans, ({ parentSpanId }) => parentSpanId);
  const within = (span: ReceivedSpan): ReceivedSpan[] =>
    (children.get(span.spanId) ?? []).flatMap((child) => [child, ...within(child)]);
  const barOf = (span: ReceivedSpan): Bar[] => {
    const part = partOf(span.name);
    return part ? [{ part, startMs: span.startMs - zero, endMs: span.endMs - zero }] : [];
  };
  return spans
    .filter(({ name }) => /^(task |webhook delivery|[A-Z]+ \/)/.test(name))
    .sort((one, other) => one.startMs - other.startMs)
    .map((span) => ({
      label: labelOf(span),
      place: String(span.resource['intermodal.pool'] ?? 'API'),
      startMs: span.startMs - zero,
      endMs: span.endMs - zero,
      failed: span.status === 2,
      bars: span.name.startsWith('task ') ? within(span).flatMap(barOf) : [],
    }));
}

function labelOf({ name, attributes }: ReceivedSpan): string {
  if (!name.startsWith('task ')) return name;
  const attempt = Number(attributes['intermodal.attempt']);
  const again = attempt > 1 ? ` (attempt ${attempt})` : '';
  return `${String(attributes['intermodal.node'])}: ${name.slice('task '.length)}${again}`;
}

const partOf = (name: string): Part | undefined => {
  if (Object.hasOwn(PARTS, name)) return name as Part;
  return /^[A-Z]\w+\.\w+$/.test(name) || name.startsWith('micro-batch ') ? 'call' : undefined;
};
