import type { Scope } from '@intermodal/contracts';

/** A key, as people who manage keys see it. Ids are uuids. */
export interface KeyRow {
  readonly id: string;
  readonly tenantId: string;
  readonly name: string;
  /** The key of local mode has all. */
  readonly scopes: readonly Scope[];
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
  /** Until when a secret of before its last rotation is valid. */
  readonly oldSecretsUntil: Date | null;
}

/** A key, as the guard needs it: also one that has ended. */
export interface KnownKey extends KeyRow {
  /** SHA-256 of each secret that is valid; of a local key, of its whole text. */
  readonly secrets: readonly Buffer[];
  /** Milliseconds until it ends, by the clock of the record, when it was looked up; null: it has no end. */
  readonly leftMs: number | null;
  /** Of its tenant; null: as the settings say. */
  readonly requestsPerSecond: number | null;
  readonly requestBurst: number | null;
}

export interface NewKey {
  /** A uuid made by the application. */
  readonly id: string;
  readonly tenantId: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly secretSha256: Buffer;
  readonly expiresAt?: Date | undefined;
}

export interface Page {
  readonly limit: number;
  /** What is older than this one. */
  readonly before?: string | undefined;
}

export interface KeyRecords {
  /** Of a key that names itself. */
  find(keyId: string): Promise<KnownKey | undefined>;
  /** Of a key of local mode, by the SHA-256 of its whole text. */
  findLocal(keySha256: Buffer): Promise<KnownKey | undefined>;
  /** Makes `key` the one local key of the default tenant, if it is not yet. */
  ensureLocalKey(keySha256: Buffer): Promise<void>;
  /** Notes that it was used, unless that was noted within a minute. */
  used(keyId: string): Promise<void>;
  create(key: NewKey): Promise<KeyRow>;
  get(tenantId: string, keyId: string): Promise<KeyRow | undefined>;
  /** Newest first, with those that ended. */
  list(tenantId: string, page: Page): Promise<KeyRow[]>;
  /** False when it has ended. */
  rotate(keyId: string, secretSha256: Buffer, graceSeconds: number): Promise<boolean>;
  /** Again changes nothing. */
  revoke(keyId: string): Promise<void>;
}
