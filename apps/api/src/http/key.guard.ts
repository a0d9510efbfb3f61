import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import {
  allows,
  IntermodalError,
  ROUTES,
  type Route,
  type RouteName,
  type Scope,
} from '@intermodal/contracts';
import { KeyRing } from '../keys/key-ring.ts';
import { OPERATION } from './operation.ts';
import { RequestRate } from './request-rate.ts';
import type { FastifyReply } from 'fastify';
import type { ApiRequest } from './request.ts';

/** Lets in who brings a key that may do this, and says nothing of why another key is none. */
@Injectable()
export class KeyGuard implements CanActivate {
  readonly #ring: KeyRing;
  readonly #rate: RequestRate;
  readonly #reflector: Reflector;

  constructor(
    @Inject(KeyRing) ring: KeyRing,
    @Inject(RequestRate) rate: RequestRate,
    @Inject(Reflector) reflector: Reflector,
  ) {
    this.#ring = ring;
    this.#rate = rate;
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
    await this.#rate.take(key, context.switchToHttp().getResponse<FastifyReply>());
    if (route) assertScopes(key.scopes, [route.scope]);
    return true;
  }
}

/** @throws IntermodalError `key.scope` that names what is missing */
export function assertScopes(has: readonly Scope[], wanted: readonly Scope[]): void {
  const missing = wanted.filter((scope) => !allows(has, scope));
  if (missing.length === 0) return;
  throw new IntermodalError(
    'key.scope',
    `This key lacks the scope ${missing.join(', ')}: use a key that has it, or make one.`,
    { details: missing.map((scope) => ({ path: 'scopes', message: `${scope} is missing` })) },
  );
}
