import { context, diag, DiagLogLevel, type Attributes } from '@opentelemetry/api';
import { ChosenTraceIds } from './chosen-trace-ids.ts';
import { noTracing, Tracing } from './tracing.ts';

export interface TraceReceiver {
  /** Where an OTLP receiver listens; `/v1/traces` is added. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Of the traces that begin here, 0..1; the others are kept by nobody. */
  readonly ratio: number;
}

export interface TracingOptions {
  /** `service.name`, `service.version`, and what else tells processes apart. */
  readonly resource: Attributes;
  /** Spans that could not be sent are lost: nobody waits for them. */
  readonly onTrouble: (message: string) => void;
}

/** What was made in this time is sent together; more is lost with a process that dies. */
const SEND_EVERY_MS = 1_000;
/** Of a receiver that hangs. */
const SEND_WITHIN_MS = 5_000;
/** Spans that wait to be sent, at most; what comes then is lost. */
const WAITING_MAX = 8_192;

/** Sends spans by OTLP over HTTP, as JSON; without a receiver nothing is traced. There is one in a process. */
export async function openTracing(
  receiver: TraceReceiver | undefined,
  { resource, onTrouble }: TracingOptions,
): Promise<Tracing> {
  if (!receiver) return noTracing;
  const { endpoint, headers, ratio } = receiver;
  // Loaded only where they are used: they take a tenth of a second of every start.
  const { AsyncLocalStorageContextManager } = await import('@opentelemetry/context-async-hooks');
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
  const { resourceFromAttributes } = await import('@opentelemetry/resources');
  const sdk = await import('@opentelemetry/sdk-trace');
  const manager = new AsyncLocalStorageContextManager().enable();
  context.setGlobalContextManager(manager);
  const nothing = (): void => {};
  diag.setLogger(
    { error: onTrouble, warn: onTrouble, info: nothing, debug: nothing, verbose: nothing },
    DiagLogLevel.WARN,
  );
  const ids = new ChosenTraceIds(new sdk.RandomIdGenerator());
  const provider = new sdk.TracerProvider({
    resource: resourceFromAttributes(resource),
    sampler: new sdk.ParentBasedSampler({ root: new sdk.TraceIdRatioBasedSampler(ratio) }),
    idGenerator: ids,
    spanProcessors: [
      new sdk.BatchSpanProcessor({
        exporter: new OTLPTraceExporter({
          url: `${endpoint.replace(/\/+$/, '')}/v1/traces`,
          headers: { ...headers },
          timeoutMillis: SEND_WITHIN_MS,
        }),
        scheduledDelayMillis: SEND_EVERY_MS,
        exportTimeoutMillis: SEND_WITHIN_MS,
        maxQueueSize: WAITING_MAX,
      }),
    ],
  });
  return new Tracing({
    tracer: provider.getTracer('intermodal'),
    ids,
    ratio,
    async close() {
      // A receiver that is away must not hold up an orderly end.
      await provider.shutdown().catch((error: unknown) => onTrouble(String(error)));
      diag.disable();
      context.disable();
      manager.disable();
    },
  });
}
