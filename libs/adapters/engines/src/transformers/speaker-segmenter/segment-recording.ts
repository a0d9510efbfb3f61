import { speechWavLayout, durationMsOf } from '@intermodal/models';
import type { TransformersModel } from '../transformers-model.ts';
import { cellsOf } from './cells.ts';
import { overlappingWindows } from './overlapping-windows.ts';
import type { SegmentClips, SegmentedClip, SegmentedClips } from './speaker-segmenter.ts';

/** Windows in one call. */
const AT_ONCE = 4;

/**
 * What a model hears in each window of a recording, in cells of 20 ms.
 * @throws IntermodalError `media.unreadable`, `media.unsupported` for what is no 16 kHz mono WAV
 */
export async function segmentRecording(
  opened: Pick<TransformersModel, 'call'>,
  path: string,
  signal: AbortSignal,
): Promise<{ windows: readonly SegmentedClip[]; totalMs: number }> {
  signal.throwIfAborted();
  const totalMs = durationMsOf(await speechWavLayout(path));
  const windows: SegmentedClip[] = [];
  let clips: Float32Array[] = [];
  const ask = async (): Promise<void> => {
    const request: SegmentClips = { kind: 'segment', clips };
    const heard = (await opened.call(request, { signal })) as SegmentedClips;
    for (const { speech, speakers } of heard)
      windows.push({ speech: cellsOf(speech), speakers: speakers.map(cellsOf) });
    clips = [];
  };
  for await (const samples of overlappingWindows(path, signal)) {
    clips.push(samples);
    if (clips.length === AT_ONCE) await ask();
  }
  if (clips.length > 0) await ask();
  return { windows, totalMs };
}
