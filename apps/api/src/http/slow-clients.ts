import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { IntermodalError, newUuid } from '@intermodal/contracts';
import type { ApiLimits } from '../parts.ts';
import { problemOf } from './problem.ts';

/** How often Node looks for headers that are late; by itself every 30 s. */
export const checkEveryMs = ({ headersTimeoutMs }: ApiLimits): number =>
  Math.max(50, Math.min(1_000, headersTimeoutMs / 2));

/**
 * Ends the connection of a body that hardly moves. What we have not read yet is not held against the client: then it is our
 * store that is slow.
 */
export function watchPace(body: IncomingMessage, response: ServerResponse, limits: ApiLimits): void {
  if (body.headers['content-length'] === undefined && body.headers['transfer-encoding'] === undefined) return;
  const { bodyTimeoutMs, uploadMinBytesPerSecond } = limits;
  const { socket } = body;
  const least = Math.max(1, (uploadMinBytesPerSecond * bodyTimeoutMs) / 1_000);
  let before = socket.bytesRead;
  const timer = setInterval(() => {
    const [arrived, isOurs] = [socket.bytesRead - before, body.readableLength > 0];
    before = socket.bytesRead;
    if (arrived >= least || isOurs || body.complete) return;
    // Who was answered before all had arrived, and then dawdles, has heard what there is to say.
    if (response.headersSent) socket.destroy();
    else refuse(socket, tooSlow('body', bodyTimeoutMs));
  }, bodyTimeoutMs);
  timer.unref();
  body.once('close', () => clearInterval(timer));
  body.once('end', () => clearInterval(timer));
}

/** What cannot be read as a request has no reply to answer with: the problem is written to the socket itself. */
export function answerUnreadable(error: Error & { code?: string }, socket: Socket, limits: ApiLimits): void {
  if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
  else if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT')
    refuse(socket, tooSlow('headers', limits.headersTimeoutMs));
  else if (error.code === 'HPE_HEADER_OVERFLOW')
    refuse(socket, new IntermodalError('input.too_large', 'The headers are larger than the limit.'));
  else refuse(socket, new IntermodalError('request.invalid', 'What was sent is no HTTP request.'));
}

export const tooSlow = (what: 'headers' | 'body', withinMs: number): IntermodalError =>
  new IntermodalError('request.timeout', `The ${what} did not arrive within ${withinMs / 1_000} s.`);

function refuse(socket: Socket, error: IntermodalError): void {
  const problem = problemOf(error, newUuid());
  const body = JSON.stringify(problem);
  const lines = [
    `HTTP/1.1 ${problem.status} ${problem.title}`,
    'connection: close',
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${problem.requestId}`,
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
