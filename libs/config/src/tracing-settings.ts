import { z } from 'zod';
import { address, setting } from './setting.ts';

/** How spans are sent away; the first two are named as every program with OpenTelemetry names them. */
export const tracingSettings = {
  otlpEndpoint: setting(
    {
      variable: 'OTEL_EXPORTER_OTLP_ENDPOINT',
      description:
        'Where an OTLP receiver (a collector, Tempo, Jaeger) listens for HTTP; spans are sent to /v1/traces there, as JSON. ' +
        'Left out, nothing is traced.',
      example: 'http://127.0.0.1:4318',
    },
    address('http:', 'https:').optional(),
  ),
  otlpHeaders: setting(
    {
      variable: 'OTEL_EXPORTER_OTLP_HEADERS',
      description:
        'Headers that the receiver asks for: names and values with = between them, commas between the pairs, and percent-encoded.',
      example: 'authorization=Bearer%20token',
      secret: true,
    },
    z
      .string()
      .transform((text, context) => {
        const pairs = text.split(',').map(pairOf);
        if (pairs.every((pair) => pair !== undefined))
          return Object.fromEntries(pairs) as Record<string, string>;
        context.addIssue('expected name=value, with commas between several and values percent-encoded');
        return z.NEVER;
      })
      .optional(),
  ),
  traceRatio: setting(
    {
      variable: 'INTERMODAL_TRACE_RATIO',
      description:
        'The share of traces that are kept, from 0 to 1; all when left out. The same for the API and all workers.',
      example: '0.1',
    },
    z
      .string()
      .regex(/^(0|1|0?\.\d{1,9}|1\.0+)$/, 'expected a number from 0 to 1')
      .transform(Number)
      .optional(),
  ),
};

export interface TracingChoice {
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  /** 0..1 */
  readonly ratio: number;
}

/** Undefined where nothing is traced. */
export function tracingOf(
  values: {
    readonly otlpEndpoint: string | undefined;
    readonly otlpHeaders: Record<string, string> | undefined;
    readonly traceRatio: number | undefined;
  },
  fault: (variable: string, sentence: string) => void,
): TracingChoice | undefined {
  const { otlpEndpoint, otlpHeaders, traceRatio } = values;
  if (otlpEndpoint !== undefined)
    return { endpoint: otlpEndpoint, headers: otlpHeaders ?? {}, ratio: traceRatio ?? 1 };
  const without = 'is set, but OTEL_EXPORTER_OTLP_ENDPOINT is not: nothing is traced. Set both or neither.';
  if (otlpHeaders !== undefined) fault('OTEL_EXPORTER_OTLP_HEADERS', without);
  if (traceRatio !== undefined) fault('INTERMODAL_TRACE_RATIO', without);
  return undefined;
}

function pairOf(text: string): [name: string, value: string] | undefined {
  const [, name, value] = /^\s*([\w-]+)\s*=\s*([\x21-\x7e]*)\s*$/.exec(text) ?? [];
  if (name === undefined) return undefined;
  try {
    return [name, decodeURIComponent(value!)];
  } catch {
    return undefined;
  }
}
