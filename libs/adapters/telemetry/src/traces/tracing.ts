import {
  context,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span as ApiSpan,
  type SpanContext,
  type Tracer,
} from '@opentelemetry/api';
import { toIntermodalError } from '@intermodal/contracts';
import type { ChosenTraceIds } from './chosen-trace-ids.ts';
import { parseTraceparent, showTraceparent, trustedTraceparent } from './traceparent.ts';

export interface SpanOptions {
  readonly kind?: keyof typeof KINDS;
  /**
   * A W3C traceparent; or the id of the trace that this span is a root of; or null, for a trace of its own. Left out: the span that
   * is under way.
   */
  readonly parent?: string | { readonly traceId: string } | null;
  /** W3C traceparents of spans that this one belongs to as well. */
  readonly links?: readonly string[];
  /** Ids, names and numbers that we gave: never a user's text, a file's name or a value. */
  readonly attributes?: Attributes;
  /** When it began, where that was before now, in milliseconds since 1970. */
  readonly startedAt?: number;
}

/** One span that is open. */
export interface Span {
  /** W3C traceparent; empty where nothing is traced. */
  readonly traceparent: string;
  set(attributes: Attributes): void;
  link(traceparent: string): void;
  /** What went wrong, by its code: messages may hold what is nobody's business. */
  fail(code: string): void;
  end(): void;
}

/** The ids of the span that is under way, as logs and problems name them. */
export interface TraceIds {
  readonly traceId: string;
  readonly spanId: string;
}

/** Spans around work. Without a tracer the work is called, and nothing else happens. */
export class Tracing {
  readonly #tracer: Tracer | undefined;
  readonly #ids: ChosenTraceIds | undefined;
  readonly #ratio: number;
  readonly #close: () => Promise<void>;

  /** @param on.ratio of the traces that are kept, 0..1 */
  constructor(on?: { tracer: Tracer; ids: ChosenTraceIds; ratio: number; close: () => Promise<void> }) {
    this.#tracer = on?.tracer;
    this.#ratio = on?.ratio ?? 0;
    this.#ids = on?.ids;
    this.#close = on?.close ?? (() => Promise.resolve());
  }

  get isOn(): boolean {
    return this.#tracer !== undefined;
  }

  /** Work within a span, which ends with it, and fails as it fails. What is begun within is its child. */
  span<Result>(
    name: string,
    options: SpanOptions | (() => SpanOptions),
    work: (span: Span) => Result,
  ): Result {
    if (!this.#tracer) return work(noSpan);
    const span = this.begin(name, typeof options === 'function' ? options() : options);
    let result: Result;
    try {
      result = this.within(span, () => work(span));
    } catch (error) {
      span.fail(toIntermodalError(error).code);
      span.end();
      throw error;
    }
    if (!(result instanceof Promise)) {
      span.end();
      return result;
    }
    return result.then(
      (value: unknown) => {
        span.end();
        return value;
      },
      (error: unknown) => {
        span.fail(toIntermodalError(error).code);
        span.end();
        throw error;
      },
    ) as Result;
  }

  /** A span that whoever asked for it ends. */
  begin(name: string, options: SpanOptions): Span {
    if (!this.#tracer) return noSpan;
    const { parent, links = [], attributes, startedAt, kind = 'internal' } = options;
    const given = {
      kind: KINDS[kind],
      ...(attributes && { attributes }),
      ...(startedAt !== undefined && { startTime: startedAt }),
      links: links.flatMap(linkOf),
    };
    const start = (within: Context): OpenSpan => new OpenSpan(this.#tracer!.startSpan(name, given, within));
    if (parent === undefined) return start(context.active());
    if (parent === null) return start(ROOT_CONTEXT);
    if (typeof parent !== 'string') return this.#ids!.choose(parent.traceId, () => start(ROOT_CONTEXT));
    const remote = parseTraceparent(parent);
    return start(remote ? trace.setSpanContext(ROOT_CONTEXT, remote) : ROOT_CONTEXT);
  }

  /** What is begun within is a child of the span. */
  within<Result>(span: Span, work: () => Result): Result {
    if (!(span instanceof OpenSpan)) return work();
    return context.with(trace.setSpan(context.active(), span.inner), work);
  }

  /** What the header of a caller whom we do not know makes the parent of its request; null where there is none that is valid. */
  parentFrom(header: unknown): string | null {
    const given = typeof header === 'string' ? header : undefined;
    return trustedTraceparent(given, this.#ratio, Math.random()) ?? null;
  }

  /** Sends what is left. */
  close(): Promise<void> {
    return this.#close();
  }
}

/** Where nothing is traced. */
export const noTracing = new Tracing();

/** Of the span under way; undefined where there is none. */
export function traceIds(): TraceIds | undefined {
  const current = currentContext();
  return current && { traceId: current.traceId, spanId: current.spanId };
}

const currentContext = (): SpanContext | undefined => {
  const current = trace.getSpanContext(context.active());
  return current && trace.isSpanContextValid(current) ? current : undefined;
};

const linkOf = (traceparent: string): { context: SpanContext }[] => {
  const linked = parseTraceparent(traceparent);
  return linked ? [{ context: linked }] : [];
};

const KINDS = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const;

class OpenSpan implements Span {
  readonly inner: ApiSpan;

  constructor(inner: ApiSpan) {
    this.inner = inner;
  }

  get traceparent(): string {
    return showTraceparent(this.inner.spanContext());
  }

  set(attributes: Attributes): void {
    this.inner.setAttributes(attributes);
  }

  link(traceparent: string): void {
    this.inner.addLinks(linkOf(traceparent));
  }

  fail(code: string): void {
    this.inner.setAttribute('error.type', code).setStatus({ code: SpanStatusCode.ERROR });
  }

  end(): void {
    this.inner.end();
  }
}

/** Of what is not traced. */
export const noSpan: Span = { traceparent: '', set() {}, link() {}, fail() {}, end() {} };
