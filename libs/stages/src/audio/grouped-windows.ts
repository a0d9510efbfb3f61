import { soundWindows, type SoundWindow } from '@intermodal/models';

/** Windows in one call of an engine: so many samples are in memory at once. */
const AT_ONCE = 8;

export interface Recording {
  readonly path: string;
  readonly durationMs: number;
  /** Of its windows. */
  readonly longestMs: number;
}

/** A window, and which of the recordings it is of. */
export interface WindowOf extends SoundWindow {
  readonly recording: number;
}

/** The windows of all recordings, a few at a time: those of short ones together. */
export async function* groupedWindows(
  recordings: readonly Recording[],
  signal: AbortSignal,
): AsyncGenerator<readonly WindowOf[]> {
  let group: WindowOf[] = [];
  for (const [recording, { path, longestMs }] of recordings.entries())
    for await (const window of soundWindows(path, { longestMs, signal })) {
      group.push({ recording, ...window });
      if (group.length < AT_ONCE) continue;
      yield group;
      group = [];
    }
  if (group.length > 0) yield group;
}

/** Long recordings go by themselves: others would wait for them. */
export const bucketOf = ({ path, durationMs, longestMs }: Recording): string =>
  durationMs > AT_ONCE * longestMs ? path : 'short';
