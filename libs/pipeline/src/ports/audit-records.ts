import type { Page } from './key-records.ts';

export interface AuditRow {
  readonly id: string;
  readonly keyId: string;
  /** Undefined when the key is gone. */
  readonly keyName: string | null;
  readonly operation: string;
  readonly target: string | null;
  readonly requestId: string;
  readonly status: number | null;
  readonly outcome: string | null;
  readonly createdAt: Date;
}

export interface NewAudit {
  readonly id: string;
  readonly tenantId: string;
  readonly keyId: string;
  readonly operation: string;
  readonly target: string | null;
  readonly requestId: string;
}

export interface AuditOutcome {
  readonly status: number;
  /** `done`, or the code of the error. */
  readonly outcome: string;
  /** Of what was made. */
  readonly target?: string | undefined;
}

/** Who changed what. */
export interface AuditRecords {
  begin(entry: NewAudit): Promise<void>;
  finish(id: string, outcome: AuditOutcome): Promise<void>;
  /** Newest first. */
  list(tenantId: string, page: Page): Promise<AuditRow[]>;
}
