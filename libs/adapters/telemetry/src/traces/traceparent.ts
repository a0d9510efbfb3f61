import { isSpanContextValid, TraceFlags, type SpanContext } from '@opentelemetry/api';

/** Version 00 has these four fields; a later one may have more after them (W3C Trace Context, 3.2). */
const FORM =
  /^(?<version>[0-9a-f]{2})-(?<traceId>[0-9a-f]{32})-(?<spanId>[0-9a-f]{16})-(?<flags>[0-9a-f]{2})(?<more>-.*)?$/;

/** Undefined when it is not one that W3C Trace Context allows: who sends it starts no trace of ours then. */
export function parseTraceparent(text: string): SpanContext | undefined {
  const { version, traceId, spanId, flags, more } = FORM.exec(text)?.groups ?? {};
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined)) return undefined;
  const parsed: SpanContext = {
    traceId: traceId!,
    spanId: spanId!,
    traceFlags: Number.parseInt(flags!, 16) & TraceFlags.SAMPLED,
    isRemote: true,
  };
  return isSpanContextValid(parsed) ? parsed : undefined;
}

export const showTraceparent = ({ traceId, spanId, traceFlags }: SpanContext): string =>
  `00-${traceId}-${spanId}-0${traceFlags & TraceFlags.SAMPLED}`;

/**
 * A caller's traceparent, with our own decision about what is kept in place of theirs: a flag in a header must neither fill our
 * store of traces nor hide a request from it.
 * @param ratio of the traces that are kept, 0..1
 * @param chance 0..1, by which it is decided
 */
export function trustedTraceparent(
  given: string | undefined,
  ratio: number,
  chance: number,
): string | undefined {
  const parsed = given === undefined ? undefined : parseTraceparent(given);
  if (!parsed) return undefined;
  return showTraceparent({ ...parsed, traceFlags: chance < ratio ? TraceFlags.SAMPLED : TraceFlags.NONE });
}
