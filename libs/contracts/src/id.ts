import { z } from 'zod';

/** Prefixes of the ids that people see. */
export const ID_PREFIXES = {
  job: 'job_',
  task: 'task_',
  artifact: 'art_',
  batch: 'bat_',
  webhook: 'whk_',
  event: 'evt_',
  upload: 'upl_',
  key: 'key_',
  tenant: 'ten_',
  audit: 'aud_',
} as const;
export type IdKind = keyof typeof ID_PREFIXES;

/** Crockford's base32, in lower case: no i, l, o, u. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

const ID_BYTES = 16;

/** Asking for random bytes costs the same however many they are: for many ids at once. */
const random = new Uint8Array(256 * ID_BYTES);
let used = random.length;

/** A UUIDv7 (RFC 9562): 48 bits of Unix milliseconds, then random bits, so that ids sort by time. */
export function newUuid(nowMs: number = Date.now()): string {
  if (used === random.length) {
    crypto.getRandomValues(random);
    used = 0;
  }
  const bytes = random.subarray(used, (used += ID_BYTES));
  for (let i = 0; i < 6; i++) bytes[i] = Math.floor(nowMs / 2 ** (8 * (5 - i))) % 256;
  bytes[6] = 0x70 | (bytes[6]! & 0x0f);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** `job` + a uuid -> `job_` + 26 characters that sort like the uuid. */
export function showId(kind: IdKind, uuid: string): string {
  let rest = BigInt(`0x${uuid.replaceAll('-', '')}`);
  let text = '';
  for (let i = 0; i < 26; i++) {
    text = ALPHABET[Number(rest & 31n)]! + text;
    rest >>= 5n;
  }
  return ID_PREFIXES[kind] + text;
}

/** The uuid behind a shown id, or undefined when it is not an id of this kind. */
export function parseId(kind: IdKind, id: string): string | undefined {
  const prefix = ID_PREFIXES[kind];
  if (!id.startsWith(prefix) || id.length !== prefix.length + 26) return undefined;
  let value = 0n;
  for (const character of id.slice(prefix.length)) {
    const digit = ALPHABET.indexOf(character);
    if (digit < 0) return undefined;
    value = (value << 5n) | BigInt(digit);
  }
  if (value >> 128n) return undefined;
  const hex = value.toString(16).padStart(32, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** A shown id in a message, e.g. `job_01k…`. */
export const idSchema = (kind: IdKind) =>
  z
    .string()
    .regex(
      new RegExp(`^${ID_PREFIXES[kind]}[${ALPHABET}]{26}$`),
      `expected an id that begins with ${ID_PREFIXES[kind]}`,
    );
