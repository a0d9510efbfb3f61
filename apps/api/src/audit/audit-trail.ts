import { Inject, Injectable } from '@nestjs/common';
import { newUuid, ROUTES, type Route, type RouteName } from '@intermodal/contracts';
import type { AuditRecords } from '@intermodal/pipeline';
import type { FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import type { ApiRequest } from '../http/request.ts';
import { AUDIT, LOG } from '../parts.ts';

const MANAGING: readonly string[] = ['keys:manage', 'webhooks:manage', 'pipelines:write', 'admin'];

/** Whether the trail has this route: what manages something, and is no mere look; and where the table says so. */
export const isAudited = (route: Route): boolean =>
  route.audited ?? (route.method !== 'GET' && route.scope !== undefined && MANAGING.includes(route.scope));

/** Writes down who is about to change what, and then what came of it. */
@Injectable()
export class AuditTrail {
  readonly #audit: AuditRecords;
  readonly #log: Logger;

  constructor(@Inject(AUDIT) audit: AuditRecords, @Inject(LOG) log: Logger) {
    this.#audit = audit;
    this.#log = log;
  }

  /** Nothing is changed that could not be written down before. */
  async begin(name: RouteName, request: ApiRequest, reply: FastifyReply): Promise<void> {
    if (!isAudited(ROUTES[name])) return;
    const id = newUuid();
    const { id: target = null } = request.params as { id?: string };
    await this.#audit.begin({
      id,
      tenantId: request.tenantId,
      keyId: request.key.id,
      operation: name,
      // It is written down before the route refuses it, and Postgres keeps no null character.
      target: target?.replaceAll('\0', '\uFFFD') ?? null,
      requestId: request.id,
    });
    reply.raw.once('close', () => {
      if (!reply.raw.headersSent) return;
      const { statusCode: status } = reply;
      const { problemCode } = request;
      this.#audit
        .finish(id, {
          status,
          outcome: problemCode ?? (status < 400 ? 'done' : String(status)),
          target: madeOf(reply),
        })
        .catch((error: unknown) =>
          this.#log.warn({ err: error, requestId: request.id }, 'an audit entry has no outcome'),
        );
    });
  }
}

/** What was made is named by its address. */
function madeOf(reply: FastifyReply): string | undefined {
  const location = reply.getHeader('location');
  return typeof location === 'string' ? location.split('/').at(-1) : undefined;
}
