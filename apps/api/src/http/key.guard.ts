import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { IntermodalError, ROUTES, type Route, type RouteName } from '@intermodal/contracts';
import { AuditTrail } from '../audit/audit-trail.ts';
import { KeyRing } from '../keys/key-ring.ts';
import { Quotas } from '../tenants/quotas.ts';
import { OPERATION } from './operation.ts';
import { assertScopes } from './scopes.ts';
import { RequestRate } from './request-rate.ts';
import type { FastifyReply } from 'fastify';
import type { ApiRequest } from './request.ts';

/** Lets in who brings a key that may do this, and says nothing of why another key is none. */
@Injectable()
export class KeyGuard implements CanActivate {
  readonly #ring: KeyRing;
  readonly #rate: RequestRate;
  readonly #quotas: Quotas;
  readonly #trail: AuditTrail;
  readonly #reflector: Reflector;

  constructor(
    @Inject(KeyRing) ring: KeyRing,
    @Inject(RequestRate) rate: RequestRate,
    @Inject(Quotas) quotas: Quotas,
    @Inject(AuditTrail) trail: AuditTrail,
    @Inject(Reflector) reflector: Reflector,
  ) {
    this.#ring = ring;
    this.#rate = rate;
    this.#quotas = quotas;
    this.#trail = trail;
    this.#reflector = reflector;
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const name = this.#reflector.get<RouteName | undefined>(OPERATION, context.getHandler());
    const route: Route | undefined = name && ROUTES[name];
    if (route?.open) return true;
    const request = context.switchToHttp().getRequest<ApiRequest>();
    const text = /^Bearer ([\x21-\x7e]{1,256})$/i.exec(request.headers.authorization ?? '')?.[1];
    const key = text === undefined ? undefined : await this.#ring.find(text);
    if (!key)
      throw new IntermodalError(
        'key.invalid',
        'Send a valid key in the header: Authorization: Bearer im_live_…',
      );
    request.tenantId = key.tenantId;
    request.key = key;
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    await this.#rate.take(key, reply);
    if (name === undefined || !route) return true;
    await this.#trail.begin(name, request, reply);
    assertScopes(key.scopes, [route.scope]);
    if (route.spends?.includes('compute')) await this.#quotas.assertMayCompute(key.tenantId);
    if (route.spends?.includes('storage'))
      await this.#quotas.assertMayStore(key.tenantId, Number(request.headers['content-length'] ?? 0));
    return true;
  }
}
