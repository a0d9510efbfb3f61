import { Readable } from 'node:stream';
import { json } from 'node:stream/consumers';
import { ArtifactRef, newUuid, parseId, showId } from '@intermodal/contracts';
import { dig } from './evaluate.ts';
import type { ArtifactStore } from './ports/artifact-store.ts';

/** Outputs up to this many bytes of JSON stay in the records. */
export const INLINE_BYTES = 32 * 1024;
/** The key of a value that is kept as a JSON artifact, because it was too large for the records. */
export const SPILLED = '$spilled';
const JSON_TYPE = 'application/json';
/** A port smaller than this is not worth an artifact. */
const WORTH_BYTES = 256;

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
    if (total <= INLINE_BYTES || bytes < WORTH_BYTES) break;
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
    spilled[port] = { [SPILLED]: ref };
    total -= bytes;
  }
  return { output: spilled, artifacts };
}

interface Spilled {
  readonly artifact: ArtifactRef;
  readonly path: readonly string[];
}

/**
 * Puts spilled values back, however deep they stand; each artifact is read once.
 * @param options.maxBytes what is read from the store, at most; a value beyond it stays the artifact that holds it
 */
export async function restoreSpilled(
  value: unknown,
  options: { store: ArtifactStore; maxBytes: number; signal: AbortSignal },
): Promise<unknown> {
  const read = new Map<string, unknown>();
  let leftBytes = options.maxBytes;

  const restore = async ({ artifact, path }: Spilled): Promise<unknown> => {
    if (!read.has(artifact.id)) {
      if (artifact.bytes > leftBytes) return artifact;
      leftBytes -= artifact.bytes;
      read.set(artifact.id, await readArtifact(artifact, options));
    }
    return dig(read.get(artifact.id), path);
  };

  const walk = async (inner: unknown): Promise<unknown> => {
    if (inner === null || typeof inner !== 'object') return inner;
    const spilled = spilledOf(inner);
    if (spilled) return restore(spilled);
    if (Array.isArray(inner)) {
      const out: unknown[] = [];
      for (const one of inner) out.push(await walk(one));
      return out;
    }
    const out: Record<string, unknown> = {};
    for (const [key, one] of Object.entries(inner)) out[key] = await walk(one);
    return out;
  };
  return walk(value);
}

function spilledOf(value: object): Spilled | undefined {
  if (!Object.hasOwn(value, SPILLED)) return undefined;
  const { [SPILLED]: artifact, path } = value as { [SPILLED]: unknown; path?: string[] };
  return { artifact: ArtifactRef.parse(artifact), path: path ?? [] };
}

async function readArtifact(
  artifact: ArtifactRef,
  { store, signal }: { store: ArtifactStore; signal: AbortSignal },
): Promise<unknown> {
  const { body } = await store.open(parseId('artifact', artifact.id)!, { signal });
  return json(body);
}
