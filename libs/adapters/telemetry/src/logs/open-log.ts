import { LOG_FORM } from '@intermodal/contracts';
import { pino, type DestinationStream, type Logger } from 'pino';
import { traceIds } from '../traces/tracing.ts';

/** Who writes, as every line says. */
export interface LogWriter {
  readonly service: 'intermodal-api' | 'intermodal-workers';
  readonly version: string;
  readonly pool?: string;
  /** Of a worker. */
  readonly worker?: string;
}

/**
 * The log of a process: a line of JSON for each thing that happens, with the fields of `LOG_FIELDS`, and with the span that was under
 * way where the process traces.
 * @param to where lines go; standard output when left out
 */
export const openLog = (level: string, writer: LogWriter, to?: DestinationStream): Logger => {
  const options = { ...LOG_FORM, level, base: { ...writer }, mixin: () => traceIds() ?? {} };
  return to ? pino(options, to) : pino(options);
};
