import { IntermodalError, type LocalFile } from '@intermodal/contracts';
import { durationMsOf, isMonoWav, readWavLayout, type MediaTools } from '@intermodal/models';
import type { Recording } from './grouped-windows.ts';

/** What is needed of the context of a stage. */
interface Place {
  readonly signal: AbortSignal;
  scratch(name: string, mediaType: string): LocalFile;
}

/**
 * The sound of a recording or film as mono WAV, at the rate and in windows as long as a network hears.
 * @throws IntermodalError `media.unsupported`, `media.unreadable`, `media.limit`
 */
export async function soundOf(
  file: LocalFile,
  { sampleRate, longestMs }: { readonly sampleRate: number; readonly longestMs: number },
  tools: MediaTools,
  { signal, scratch }: Place,
): Promise<Recording> {
  let { path } = file;
  if (!(await isMonoWav(path, sampleRate))) {
    path = scratch('sound.wav', 'audio/wav').path;
    await tools.extractAudio(file.path, path, { sampleRate, signal });
  }
  const layout = await readWavLayout(path);
  if (layout.dataBytes === 0)
    throw new IntermodalError(
      'media.unreadable',
      'The recording has 0 s of sound: send one that something is heard in.',
    );
  return { path, durationMs: durationMsOf(layout), longestMs };
}
