import { Controller, Inject, Req, Res } from '@nestjs/common';
import {
  ChangeTenant,
  CreateTenant,
  IntermodalError,
  newUuid,
  parseId,
  showId,
  type TenantList,
  type TenantView,
} from '@intermodal/contracts';
import type { TenantRecords, TenantRow } from '@intermodal/pipeline';
import type { FastifyReply } from 'fastify';
import { readJson } from '../http/body.ts';
import { checkBody } from '../http/check-body.ts';
import { Operation } from '../http/operation.ts';
import { readRequest } from '../http/read-request.ts';
import type { ApiRequest } from '../http/request.ts';
import { KeyRing } from '../keys/key-ring.ts';
import { TENANTS } from '../parts.ts';
import { Quotas } from './quotas.ts';

@Controller()
export class TenantsController {
  readonly #tenants: TenantRecords;
  readonly #ring: KeyRing;
  readonly #quotas: Quotas;

  constructor(
    @Inject(TENANTS) tenants: TenantRecords,
    @Inject(KeyRing) ring: KeyRing,
    @Inject(Quotas) quotas: Quotas,
  ) {
    this.#tenants = tenants;
    this.#quotas = quotas;
    this.#ring = ring;
  }

  @Operation('createTenant')
  async create(
    @Req() request: ApiRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TenantView> {
    const row = await this.#tenants.create({
      id: newUuid(),
      ...checkBody(CreateTenant, await readJson(request)),
    });
    void reply.header('location', `/v1/tenants/${showId('tenant', row.id)}`);
    return viewOf(row);
  }

  @Operation('listTenants')
  async list(@Req() request: ApiRequest): Promise<TenantList> {
    const { query } = readRequest('listTenants', request);
    const before = query.cursor === undefined ? undefined : parseId('tenant', query.cursor);
    const rows = await this.#tenants.list({ limit: query.limit + 1, before });
    const page = rows.slice(0, query.limit);
    const last = page.at(-1);
    return {
      tenants: page.map(viewOf),
      next: rows.length > page.length && last ? showId('tenant', last.id) : null,
    };
  }

  @Operation('getTenant')
  async get(@Req() request: ApiRequest): Promise<TenantView> {
    const { path } = readRequest('getTenant', request);
    return found(path.id, await this.#tenants.get(uuidOf(path.id)));
  }

  @Operation('changeTenant')
  async change(@Req() request: ApiRequest): Promise<TenantView> {
    const { path } = readRequest('changeTenant', request);
    const change = checkBody(ChangeTenant, await readJson(request));
    const row = await this.#tenants.change(uuidOf(path.id), change);
    // Limits travel with keys.
    this.#ring.forget();
    this.#quotas.forget();
    return found(path.id, row);
  }
}

function uuidOf(id: string): string {
  const uuid = parseId('tenant', id);
  if (uuid) return uuid;
  throw notFound(id);
}

function found(id: string, row: TenantRow | undefined): TenantView {
  if (row) return viewOf(row);
  throw notFound(id);
}

const notFound = (id: string) => new IntermodalError('tenant.not_found', `There is no tenant ${id}.`);

const viewOf = ({ id, name, weight, limits, createdAt }: TenantRow): TenantView => ({
  id: showId('tenant', id),
  name,
  weight,
  limits,
  createdAt: createdAt.toISOString(),
});
