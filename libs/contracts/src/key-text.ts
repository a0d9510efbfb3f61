import { parseId, showId } from './id.ts';

/**
 * A key as its owner keeps it: `im_live_<keyId>_<secret>`. The key's id finds its row; of the secret, 256 random bits, only
 * the SHA-256 is kept. The prefix lets scanners of repositories recognise a key that leaked.
 */
const LIVE = /^im_live_([0-9a-z]{26})_([0-9a-z]{52})$/;

/** Crockford's base32, as in ids. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** 256 random bits as 52 characters. */
export function newSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  let text = '';
  let [bits, value] = [0, 0];
  for (const byte of bytes) {
    value = (value << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += ALPHABET[(value >>> (bits - 5)) & 31]!;
    value &= (1 << bits) - 1;
  }
  return text + ALPHABET[(value << (5 - bits)) & 31]!;
}

/** @param uuid of the key */
export const keyText = (uuid: string, secret: string): string => `${keyPrefix(uuid)}_${secret}`;

/** The part of a key that may be shown. */
export const keyPrefix = (uuid: string): string => `im_live_${showId('key', uuid).slice('key_'.length)}`;

/** The uuid and the secret of a key, or undefined when it is none of this form. */
export function parseKeyText(text: string): { readonly uuid: string; readonly secret: string } | undefined {
  const [, id, secret] = LIVE.exec(text) ?? [];
  const uuid = id === undefined ? undefined : parseId('key', `key_${id}`);
  return uuid === undefined ? undefined : { uuid, secret: secret! };
}
