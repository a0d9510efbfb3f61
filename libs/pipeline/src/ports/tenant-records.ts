import type { TenantLimits } from '@intermodal/contracts';
import type { Page } from './key-records.ts';

export interface TenantRow {
  readonly id: string;
  readonly name: string;
  readonly weight: number;
  readonly limits: TenantLimits;
  readonly createdAt: Date;
}

/** What is left out stays as it is. */
export interface TenantChange {
  readonly weight?: number | undefined;
  readonly limits?: { readonly [K in keyof TenantLimits]?: TenantLimits[K] | undefined } | undefined;
}

export interface TenantRecords {
  /** @throws IntermodalError `tenant.exists` */
  create(tenant: { readonly id: string; readonly name: string } & TenantChange): Promise<TenantRow>;
  get(id: string): Promise<TenantRow | undefined>;
  /** Newest first. */
  list(page: Page): Promise<TenantRow[]>;
  change(id: string, change: TenantChange): Promise<TenantRow | undefined>;
}
