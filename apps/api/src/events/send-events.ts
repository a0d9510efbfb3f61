import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { Logger } from 'pino';

/** So that nothing between us and the client takes the connection for dead. */
const HEARTBEAT_MS = 15_000;
/** After how long a client that lost its connection comes again. */
const RETRY_MS = 1_000;

export interface Line {
  readonly id?: string;
  readonly type?: string;
  readonly data: string;
}

/**
 * Server-sent events, as fast as the client reads: nothing more is made while it does not. Who does not read for `stallMs` is cut off;
 * they lose nothing, because they can come again.
 */
export async function sendEvents(
  reply: FastifyReply,
  lines: AsyncIterable<Line>,
  { stallMs, log, isRetried = true }: { stallMs: number; log: Logger; isRetried?: boolean },
): Promise<void> {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // Asks nginx to pass on each event at once.
    'x-accel-buffering': 'no',
  });
  raw.write(isRetried ? `retry: ${RETRY_MS}\n\n` : ':\n\n');
  let isStalled = false;
  const heart = setInterval(() => {
    if (!isStalled) raw.write(':\n\n');
  }, HEARTBEAT_MS);
  try {
    for await (const line of lines) {
      if (raw.destroyed) return;
      if (raw.write(textOf(line))) continue;
      isStalled = true;
      if (!(await drained(raw, stallMs))) return;
      isStalled = false;
    }
    raw.end();
  } catch (error) {
    log.error({ err: error, requestId: reply.request.id }, 'a stream of events broke');
  } finally {
    clearInterval(heart);
    if (!raw.writableEnded) raw.destroy();
  }
}

const textOf = ({ id, type, data }: Line): string =>
  `${id === undefined ? '' : `id: ${id}\n`}${type === undefined ? '' : `event: ${type}\n`}data: ${data}\n\n`;

/** False when the client went away, or did not read in time. */
function drained(raw: ServerResponse, stallMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (isGood: boolean): void => {
      clearTimeout(timer);
      raw.off('drain', onDrain).off('close', onClose);
      resolve(isGood);
    };
    const onDrain = (): void => end(true);
    const onClose = (): void => end(false);
    const timer = setTimeout(() => end(false), stallMs);
    raw.once('drain', onDrain).once('close', onClose);
    if (raw.destroyed) end(false);
  });
}
