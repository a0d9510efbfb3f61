import { Controller, Inject, Req } from '@nestjs/common';
import { parseId, showId, type AuditEntry, type AuditList } from '@intermodal/contracts';
import type { AuditRecords, AuditRow } from '@intermodal/pipeline';
import { Operation } from '../http/operation.ts';
import { readRequest } from '../http/read-request.ts';
import type { ApiRequest } from '../http/request.ts';
import { AUDIT } from '../parts.ts';
import { TenantChoice } from '../tenants/tenant-choice.ts';

@Controller()
export class AuditController {
  readonly #audit: AuditRecords;
  readonly #choice: TenantChoice;

  constructor(@Inject(AUDIT) audit: AuditRecords, @Inject(TenantChoice) choice: TenantChoice) {
    this.#audit = audit;
    this.#choice = choice;
  }

  @Operation('listAudit')
  async list(@Req() request: ApiRequest): Promise<AuditList> {
    const { query } = readRequest('listAudit', request);
    const tenantId = await this.#choice.of(request, query.tenant);
    const before = query.cursor === undefined ? undefined : parseId('audit', query.cursor);
    const rows = await this.#audit.list(tenantId, { limit: query.limit + 1, before });
    const page = rows.slice(0, query.limit);
    const last = page.at(-1);
    return {
      entries: page.map(entryOf),
      next: rows.length > page.length && last ? showId('audit', last.id) : null,
    };
  }
}

const entryOf = (row: AuditRow): AuditEntry => ({
  id: showId('audit', row.id),
  at: row.createdAt.toISOString(),
  key: showId('key', row.keyId),
  keyName: row.keyName,
  operation: row.operation,
  target: row.target,
  outcome: row.outcome ?? 'unknown',
  status: row.status,
  requestId: row.requestId,
});
