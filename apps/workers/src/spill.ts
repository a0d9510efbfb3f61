import { Readable } from 'node:stream';
import { json } from 'node:stream/consumers';
import { newUuid, parseId, showId, type ArtifactRef } from '@intermodal/contracts';
import { dig, type ArtifactStore } from '@intermodal/pipeline';

/** Outputs up to this many bytes of JSON stay in the records. */
export const INLINE_BYTES = 32 * 1024;
const JSON_TYPE = 'application/json';

/** In place of a value that was too large: the JSON artifact that holds it, and where in it. */
interface Spilled {
  readonly $spilled: ArtifactRef;
  readonly path?: readonly string[];
}

const isSpilled = (value: unknown): value is Spilled =>
  value !== null && typeof value === 'object' && '$spilled' in value;

/**
 * Moves the largest ports of an output into JSON artifacts until the rest is small enough. Stages never notice.
 * @param kept ports that stay whatever their size, because an each walks over them in the records
 */
export async function spill(
  output: Readonly<Record<string, unknown>>,
  options: { kept: readonly string[]; store: ArtifactStore; signal: AbortSignal },
): Promise<{ output: Record<string, unknown>; artifacts: ArtifactRef[] }> {
  const sizes = Object.entries(output)
    .map(([port, value]) => ({ port, bytes: Buffer.byteLength(JSON.stringify(value) ?? '') }))
    .sort((a, b) => b.bytes - a.bytes);
  let total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  const spilled = { ...output };
  const artifacts: ArtifactRef[] = [];
  for (const { port, bytes } of sizes) {
    if (total <= INLINE_BYTES || bytes < 256) break;
    if (options.kept.includes(port)) continue;
    const id = newUuid();
    const body = Readable.from([Buffer.from(JSON.stringify(output[port]))]);
    const stored = await options.store.put(id, body, {
      mediaType: JSON_TYPE,
      maxBytes: 2 ** 31,
      signal: options.signal,
    });
    const ref = { id: showId('artifact', id), mediaType: JSON_TYPE, name: `${port}.json`, ...stored };
    artifacts.push(ref);
    spilled[port] = { $spilled: ref } satisfies Spilled;
    total -= bytes;
  }
  return { output: spilled, artifacts };
}

/** Puts spilled values back, however deep they stand. */
export async function unspill(value: unknown, store: ArtifactStore, signal: AbortSignal): Promise<unknown> {
  if (isSpilled(value)) {
    const { body } = await store.open(parseId('artifact', value.$spilled.id)!, { signal });
    return dig(await json(body), value.path ?? []);
  }
  if (Array.isArray(value)) return Promise.all(value.map((item) => unspill(item, store, signal)));
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).map(
    async ([key, inner]) => [key, await unspill(inner, store, signal)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}
