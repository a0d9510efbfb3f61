import { ArtifactRef, IntermodalError, parseId } from '@intermodal/contracts';
import { dig, type ArtifactStore } from '@intermodal/pipeline';

/** The key of a value that is kept as a JSON artifact, because it was too large for the records. */
export const SPILLED = '$spilled';

interface Spilled {
  readonly artifact: ArtifactRef;
  readonly path: readonly string[];
}

/** What one answer reads from the store, at most. Beyond it a value is shown as its artifact. */
const BUDGET_BYTES = 8_000_000;

/** Puts spilled values back in their places. Without a store they are shown as the artifacts that hold them. */
export async function restoreSpilled(
  value: unknown,
  store: ArtifactStore | undefined,
  signal: AbortSignal,
): Promise<unknown> {
  const read = new Map<string, unknown>();
  let leftBytes = BUDGET_BYTES;

  const restore = async ({ artifact, path }: Spilled): Promise<unknown> => {
    if (!read.has(artifact.id)) {
      if (!store || artifact.bytes > leftBytes) return artifact;
      leftBytes -= artifact.bytes;
      read.set(artifact.id, await readArtifact(artifact, store, signal));
    }
    return dig(read.get(artifact.id), path) ?? null;
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
  store: ArtifactStore,
  signal: AbortSignal,
): Promise<unknown> {
  const uuid = parseId('artifact', artifact.id);
  if (!uuid) throw new IntermodalError('internal.bug', `A spilled value names ${artifact.id}.`);
  const { body } = await store.open(uuid, { signal });
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString());
}
