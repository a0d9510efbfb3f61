import { createHash } from 'node:crypto';
import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { IntermodalError, ROUTES, type Route, type RouteName } from '@intermodal/contracts';
import type { KeyRecords } from '@intermodal/pipeline';
import { KEYS } from '../parts.ts';
import { OPERATION } from './operation.ts';
import type { ApiRequest } from './request.ts';

/** Lets in who brings a known key, and says nothing of why somebody else is not let in. */
@Injectable()
export class KeyGuard implements CanActivate {
  readonly #keys: KeyRecords;
  readonly #reflector: Reflector;

  constructor(@Inject(KEYS) keys: KeyRecords, @Inject(Reflector) reflector: Reflector) {
    this.#keys = keys;
    this.#reflector = reflector;
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const name = this.#reflector.get<RouteName | undefined>(OPERATION, context.getHandler());
    if (name !== undefined && (ROUTES[name] as Route).open) return true;
    const request = context.switchToHttp().getRequest<ApiRequest>();
    const key = /^Bearer ([\x21-\x7e]{1,256})$/i.exec(request.headers.authorization ?? '')?.[1];
    // The hash is looked up, not compared: how long that takes tells nothing of the key.
    const tenantId = key && (await this.#keys.tenantOf(createHash('sha256').update(key).digest()));
    if (!tenantId)
      throw new IntermodalError(
        'key.invalid',
        'Send a valid key in the header: Authorization: Bearer im_local_…',
      );
    request.tenantId = tenantId;
    return true;
  }
}
