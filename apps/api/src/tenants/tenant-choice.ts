import { Inject, Injectable } from '@nestjs/common';
import { IntermodalError, parseId, showId } from '@intermodal/contracts';
import type { TenantRecords } from '@intermodal/pipeline';
import { assertScopes } from '../http/scopes.ts';
import type { ApiRequest } from '../http/request.ts';
import { TENANTS } from '../parts.ts';

/** Which tenant a caller means: his own, unless he may speak for all and names another. */
@Injectable()
export class TenantChoice {
  readonly #tenants: TenantRecords;

  constructor(@Inject(TENANTS) tenants: TenantRecords) {
    this.#tenants = tenants;
  }

  /** @throws IntermodalError `key.scope`, `tenant.not_found` */
  async of(request: ApiRequest, asked: string | undefined): Promise<string> {
    if (asked === undefined || asked === showId('tenant', request.tenantId)) return request.tenantId;
    assertScopes(request.key.scopes, ['admin']);
    const uuid = parseId('tenant', asked);
    if (uuid && (await this.#tenants.get(uuid))) return uuid;
    throw new IntermodalError('tenant.not_found', `There is no tenant ${asked}.`);
  }
}
