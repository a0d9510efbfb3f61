import { keyPrefix, showId, type KeyView } from '@intermodal/contracts';
import type { KeyRow } from '@intermodal/pipeline';

export const keyView = (row: KeyRow): KeyView => ({
  id: showId('key', row.id),
  name: row.name,
  prefix: keyPrefix(row.id),
  scopes: [...row.scopes],
  status: row.revokedAt ? 'revoked' : isEnded(row) ? 'expired' : 'active',
  createdAt: row.createdAt.toISOString(),
  expiresAt: row.expiresAt?.toISOString() ?? null,
  lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  revokedAt: row.revokedAt?.toISOString() ?? null,
  oldSecretsUntil: row.oldSecretsUntil?.toISOString() ?? null,
});

export const isEnded = ({ revokedAt, expiresAt }: Pick<KeyRow, 'revokedAt' | 'expiresAt'>): boolean =>
  revokedAt !== null || (expiresAt !== null && expiresAt.getTime() <= Date.now());
