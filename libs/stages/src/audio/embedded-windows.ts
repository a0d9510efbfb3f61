import type { SoundTextEmbedder } from '@intermodal/models';
import { groupedWindows, type Recording } from './grouped-windows.ts';

export interface EmbeddedWindow {
  readonly startMs: number;
  readonly endMs: number;
  readonly vector: number[];
}

/** Of each recording its windows, in the order of time. */
export async function embeddedWindows(
  recordings: readonly Recording[],
  embedder: SoundTextEmbedder,
  signal: AbortSignal,
): Promise<readonly (readonly EmbeddedWindow[])[]> {
  const heard: EmbeddedWindow[][] = recordings.map(() => []);
  for await (const group of groupedWindows(recordings, signal)) {
    const clips = group.map(({ samples }) => samples);
    const vectors = await embedder.embedSounds(clips, { signal });
    group.forEach(({ recording, startMs, endMs }, i) =>
      heard[recording]!.push({ startMs, endMs, vector: [...vectors[i]!] }),
    );
  }
  return heard;
}
