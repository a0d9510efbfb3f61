import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { ERRORS, IntermodalError, toIntermodalError } from '@intermodal/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { traceIds } from '@intermodal/telemetry';
import type { Logger } from 'pino';
import { isOpenAiPath, openAiErrorOf } from '../openai/openai-error.ts';
import { problemOf, sendProblem } from './problem.ts';

/** What remains of a refused upload is read to its end when it is this small, so that the client sees the answer. */
const DRAINED_BYTES = 16_000_000;

/** When it is worth asking again, of whoever asked for too much. */
const RETRY_AFTER_S = 10;

/** Everything thrown becomes problem+json (RFC 9457). A bug is logged whole and shown to nobody. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #log: Logger;
  constructor(log: Logger) {
    this.#log = log;
  }

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const error = recognise(thrown, request);
    const { kind } = ERRORS[error.code];
    (request as { problemCode?: string }).problemCode = error.code;
    if (kind !== 'user') {
      const level = kind === 'bug' ? 'error' : 'warn';
      this.#log[level]({ requestId: request.id, code: error.code, err: error.cause ?? error }, error.message);
    }
    // The status line is out already: all that can be done is to end the connection.
    if (reply.sent || reply.raw.headersSent) {
      reply.raw.destroy();
      return;
    }
    const isShort = Number(request.headers['content-length'] ?? NaN) <= DRAINED_BYTES;
    if (!request.raw.complete && (!isShort || error.code === 'request.timeout'))
      void reply.header('connection', 'close');
    if (ERRORS[error.code].status === 429)
      void reply.header('retry-after', String(error.retryAfterSeconds ?? RETRY_AFTER_S));
    if (error.code === 'key.invalid') void reply.header('www-authenticate', 'Bearer');
    if (isOpenAiPath(request.url)) {
      const { status, ...body } = openAiErrorOf(error, request.id);
      void reply
        .status(status)
        .header('content-type', 'application/json')
        .send(Buffer.from(JSON.stringify(body)));
      return;
    }
    void sendProblem(reply, problemOf(error, request.id, traceIds()?.traceId));
  }
}

/** Nest and Fastify throw their own: an unknown route, a header that cannot be read. */
function recognise(thrown: unknown, request: FastifyRequest): IntermodalError {
  if (thrown instanceof IntermodalError) return thrown;
  if (thrown instanceof HttpException && thrown.getStatus() === 404) {
    const where = `${request.method} ${request.url.split('?')[0]}`;
    return new IntermodalError('route.unknown', `There is nothing at ${where}; /docs lists what there is.`);
  }
  const status = thrown instanceof HttpException ? thrown.getStatus() : statusOf(thrown);
  if (status === 413) return new IntermodalError('input.too_large', 'The body is larger than the limit.');
  if (status !== undefined && status >= 400 && status < 500)
    return new IntermodalError('request.invalid', (thrown as Error).message, { cause: thrown });
  return toIntermodalError(thrown);
}

const statusOf = (thrown: unknown): number | undefined =>
  thrown instanceof Error && 'statusCode' in thrown && typeof thrown.statusCode === 'number'
    ? thrown.statusCode
    : undefined;
