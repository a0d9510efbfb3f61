import { createHash, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { parseKeyText } from '@intermodal/contracts';
import type { KeyRecords, KnownKey } from '@intermodal/pipeline';
import type { Logger } from 'pino';
import { KEYS, LOG } from '../parts.ts';

/** How long a key is believed without asking the records: so late at most a revocation is heard of. */
export const BELIEVED_MS = 2_000;
const BELIEVED_MAX = 10_000;
/** How often a key's use is noted. */
const NOTED_MS = 60_000;
/** Compared with when there is no such key, so that it takes as long. */
const NOBODYS = Buffer.alloc(32);

interface Believed {
  /** `performance.now()`: no clock that is set can make a key live longer. */
  readonly since: number;
  readonly key: Promise<KnownKey | undefined>;
}

/** Knows keys that were used lately. */
@Injectable()
export class KeyRing {
  readonly #keys: KeyRecords;
  readonly #log: Logger;
  /** By the hash of the whole text: keys themselves are not kept. The oldest comes first. */
  readonly #believed = new Map<string, Believed>();
  readonly #noted = new Map<string, number>();

  constructor(@Inject(KEYS) keys: KeyRecords, @Inject(LOG) log: Logger) {
    this.#keys = keys;
    this.#log = log;
  }

  /** The key that this text is, if it is one that may be used now. */
  async find(text: string): Promise<KnownKey | undefined> {
    const { since, key: asked } = this.#lookUp(text);
    const key = await asked;
    if (!key || key.revokedAt) return undefined;
    if (key.leftMs !== null && key.leftMs <= performance.now() - since) return undefined;
    this.#note(key.id);
    return key;
  }

  /** Something was changed here: this process must not answer by what was. */
  forget(): void {
    this.#believed.clear();
  }

  #lookUp(text: string): Believed {
    const name = sha256(text).toString('base64');
    const believed = this.#believed.get(name);
    if (believed && believed.since + BELIEVED_MS > performance.now()) return believed;
    const entry = { since: performance.now(), key: this.#ask(text) };
    this.#believed.delete(name);
    this.#believed.set(name, entry);
    for (const oldest of this.#believed.keys()) {
      if (this.#believed.size <= BELIEVED_MAX) break;
      this.#believed.delete(oldest);
    }
    const drop = (): void => {
      if (this.#believed.get(name) === entry) this.#believed.delete(name);
    };
    // Who guesses keys fills no memory, and an outage is not remembered.
    entry.key.then((key) => key ?? drop(), drop);
    return entry;
  }

  async #ask(text: string): Promise<KnownKey | undefined> {
    const named = parseKeyText(text);
    const key = await (named ? this.#keys.find(named.uuid) : this.#keys.findLocal(sha256(text)));
    const hash = sha256(named?.secret ?? text);
    const matches = [NOBODYS, ...(key?.secrets ?? [])].map((secret) => timingSafeEqual(secret, hash));
    return matches.includes(true) ? key : undefined;
  }

  /** Beside the request, which does not wait for it. */
  #note(keyId: string): void {
    const now = performance.now();
    if (now - (this.#noted.get(keyId) ?? -Infinity) < NOTED_MS) return;
    if (this.#noted.size >= BELIEVED_MAX) this.#noted.clear();
    this.#noted.set(keyId, now);
    this.#keys.used(keyId).catch((error: unknown) => {
      this.#log.warn({ err: error, keyId }, 'the use of a key was not noted');
    });
  }
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
