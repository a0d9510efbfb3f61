export { countedStore } from './metrics/counted-store.ts';
export { openMetrics, type OpenMetrics } from './metrics/open-metrics.ts';
export { openLog, type LogWriter } from './logs/open-log.ts';
export { parentOfJob } from './traces/job-trace.ts';
export { openTracing } from './traces/open-tracing.ts';
export { noSpan, noTracing, traceIds, Tracing, type Span, type SpanOptions } from './traces/tracing.ts';
