import { createHash, createHmac } from 'node:crypto';
import type { WebhookSecrets } from '@intermodal/pipeline';

/**
 * Secrets that are stored nowhere: each is HMAC-SHA256 of its endpoint's id, and of how often it was changed, under one key. Who reads the database learns
 * none of them; who changes the key ends all of them, which `keyId` lets the sender notice.
 * @param key INTERMODAL_SECRET_KEY
 */
export function derivedSecrets(key: string): WebhookSecrets {
  return {
    keyId: createHash('sha256').update(`intermodal webhook key id\0${key}`).digest('hex').slice(0, 16),
    of(endpointId, rotations = 0) {
      const name = `intermodal webhook secret\0${endpointId}${rotations === 0 ? '' : `\0${rotations}`}`;
      return `whsec_${createHmac('sha256', key).update(name).digest('base64')}`;
    },
  };
}
