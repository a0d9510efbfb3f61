import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** The one key of a local stack: made once, kept where only its owner reads it. */
export const localKey = (folder: string): Promise<string> =>
  keptIn(join(folder, 'key'), () => `im_local_${base32(randomBytes(32))}`);

/** INTERMODAL_SECRET_KEY of a local stack: kept likewise, or the webhooks of before could not be signed any more. */
export const secretKeyOf = (folder: string): Promise<string> =>
  keptIn(join(folder, 'secret-key'), () => base32(randomBytes(32)));

async function keptIn(path: string, make: () => string): Promise<string> {
  const kept = (await readFile(path, 'utf8').catch(() => '')).trim();
  if (kept !== '') return kept;
  const made = make();
  await writeFile(path, `${made}\n`, { mode: 0o600 });
  return made;
}

/** RFC 4648, in lower case, without padding. */
function base32(bytes: Buffer): string {
  let text = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += ALPHABET[(value >>> (bits - 5)) & 31]!;
    value &= (1 << bits) - 1;
  }
  return bits > 0 ? text + ALPHABET[(value << (5 - bits)) & 31]! : text;
}
