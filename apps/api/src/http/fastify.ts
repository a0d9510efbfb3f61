import type { Socket } from 'node:net';
import { IntermodalError, newUuid } from '@intermodal/contracts';
import type { Metrics } from '@intermodal/pipeline';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { noSpan, type Span, type Tracing } from '@intermodal/telemetry';
import type { Logger } from 'pino';
import type { ApiLimits } from '../parts.ts';
import { problemOf, sendProblem } from './problem.ts';
import { answerUnreadable, checkEveryMs, watchPace } from './slow-clients.ts';

/** Longer than the longest `?wait`. */
const IDLE_TIMEOUT_MS = 120_000;
/** Longer than balancers keep a connection that they do not use (60 s is usual): else one may send a request just as we close it. */
const KEPT_IDLE_MS = 75_000;
/** 2 GiB at 5 Mbit/s takes an hour; who sends nothing at all is cut off by the idle timeout. */
const REQUEST_TIMEOUT_MS = 2 * 3_600_000;

/** Told of every route that is registered. */
export type RouteListener = (route: { method: string | string[]; url: string }) => void;

export interface FastifyParts {
  readonly log: Logger;
  readonly limits: ApiLimits;
  readonly tracing: Tracing;
  readonly onRoute?: RouteListener;
  readonly metrics?: Metrics;
}

/** Fastify as we want it: bodies stay streams, ids on requests, limits on slow clients, one log line per request. */
export function makeFastify({ log, limits, tracing, onRoute, metrics }: FastifyParts): FastifyAdapter {
  const adapter = new FastifyAdapter({
    logger: false,
    genReqId: (request: { headers: Record<string, string | string[] | undefined> }) =>
      requestId(request.headers),
    connectionTimeout: IDLE_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEPT_IDLE_MS,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 255 },
    // What arrives while we drain is still answered; `main` closes what is behind us only afterwards.
    return503OnClosing: false,
    // Thrown before there is a route, where no filter of Nest's sees it.
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      const problem = problemOf(new IntermodalError('request.invalid', `${error.message}.`), request.id);
      void sendProblem(reply, problem);
    },
    clientErrorHandler: (error: Error, socket: Socket) => answerUnreadable(error, socket, limits),
    http: {
      headersTimeout: limits.headersTimeoutMs,
      connectionsCheckingInterval: checkEveryMs(limits),
      maxHeaderSize: 16_384,
    },
  });
  const instance = adapter.getInstance() as unknown as FastifyInstance;
  if (onRoute) instance.addHook('onRoute', onRoute);
  instance.removeAllContentTypeParsers();
  instance.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  instance.decorateRequest('bodyTimeoutMs', limits.bodyTimeoutMs);
  instance.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    void reply.header('x-content-type-options', 'nosniff');
    // Not onResponse: that says nothing of clients that went away.
    const span = requestSpan(tracing, request);
    reply.raw.once('close', () => {
      tracing.within(span, () => logRequest(log, request, reply));
      endRequest(span, request, reply);
      if (metrics) countRequest(metrics, request, reply);
    });
    watchPace(request.raw, reply.raw, limits);
    tracing.within(span, done);
  });
  closeIdleWhileClosing(instance);
  return adapter;
}

/** Probes are asked every few seconds, and say nothing of anybody's work. */
const UNTRACED = /^\/(livez|readyz|docs|openapi\.json)\b/;

function requestSpan(tracing: Tracing, request: FastifyRequest): Span {
  if (!tracing.isOn || UNTRACED.test(request.url)) return noSpan;
  const route = request.routeOptions.url ?? 'unknown route';
  return tracing.begin(`${request.method} ${route}`, {
    kind: 'server',
    parent: tracing.parentFrom(request.headers.traceparent),
    attributes: { 'http.request.method': request.method, 'http.route': route },
  });
}

function endRequest(span: Span, request: FastifyRequest, reply: FastifyReply): void {
  const { problemCode } = request as { problemCode?: string };
  if (reply.raw.writableFinished) span.set({ 'http.response.status_code': reply.statusCode });
  // A client's mistake is no failure of the server's: OpenTelemetry's HTTP conventions.
  if (problemCode !== undefined && reply.statusCode >= 500) span.fail(problemCode);
  else if (problemCode !== undefined) span.set({ 'error.type': problemCode });
  span.end();
}

/** One line per request. Never the query or a header: they may hold what is nobody's business. */
function logRequest(log: Logger, request: FastifyRequest, reply: FastifyReply): void {
  const answered = reply.raw.writableFinished;
  log.info(
    {
      requestId: request.id,
      method: request.method,
      path: request.url.split('?')[0],
      ...(answered && { status: reply.statusCode }),
      durationMs: Math.round(reply.elapsedTime),
    },
    answered ? 'request' : 'request abandoned by the client',
  );
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** By the template of the route: what people write there would be a series each. */
function countRequest(metrics: Metrics, request: FastifyRequest, reply: FastifyReply): void {
  const route = request.routeOptions.url ?? 'unmatched';
  const method = METHODS.includes(request.method) ? request.method : 'other';
  const status = reply.raw.writableFinished ? `${Math.floor(reply.statusCode / 100)}xx` : 'abandoned';
  metrics.count('intermodal_http_requests_total', { route, method, status });
  metrics.observe('intermodal_http_request_seconds', { route, method }, reply.elapsedTime / 1_000);
}

/** A connection that becomes idle after closing began would hold it up for the whole keep-alive time. */
function closeIdleWhileClosing(instance: FastifyInstance): void {
  instance.addHook('preClose', (done) => {
    const timer = setInterval(() => instance.server.closeIdleConnections(), 50);
    instance.server.once('close', () => clearInterval(timer));
    done();
  });
}

/** The caller's own id when it is a plain one, so that logs of several systems can be joined. */
function requestId(headers: Record<string, string | string[] | undefined>): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && /^[\w.-]{8,64}$/.test(given) ? given : newUuid();
}
