import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import {
  SPEECH_SAMPLE_RATE,
  durationMsOf,
  readWavLayout,
  type AudioFormat,
  type FrameSampling,
  type MediaInfo,
  type MediaTools,
  type SampledFrame,
} from '@intermodal/models';
import { cutWav } from './cut-wav.ts';
import { encodingTo } from './encode-audio.ts';
import { joinWav } from './join-wav.ts';
import { MEDIA_LIMITS } from './limits.ts';
import { errorOfRun, errorOfSniffed, filmTooLong, tooLong, unreadable, unsupported } from './media-error.ts';
import { PROBE_ARGUMENTS, parseProbe } from './parse-probe.ts';
import { runGuarded } from './run-guarded.ts';
import { sampleFilm } from './sample-frames.ts';
import { sniff } from './sniff.ts';

/** MediaTools over ffprobe and ffmpeg for what has to be decoded; plain samples are cut and joined here. */
export const ffmpegMediaTools: MediaTools = {
  probe,
  extractAudio,
  encodeAudio,
  cutAudio: cutWav,
  joinAudio: joinWav,
  sampleFrames,
};

async function probe(path: string, options: { signal: AbortSignal }): Promise<MediaInfo> {
  const told = errorOfSniffed(await sniff(path));
  if (told) throw told;
  const result = await runGuarded('ffprobe', resolve(path), PROBE_ARGUMENTS, options.signal);
  if (result.exitCode !== 0) throw errorOfRun(result);
  const info = parseProbe(result.stdout);
  if ((info.durationMs ?? 0) > MEDIA_LIMITS.audioMs) throw tooLong();
  return info;
}

async function extractAudio(
  path: string,
  to: string,
  options: { sampleRate?: number; signal: AbortSignal },
): Promise<void> {
  const { sampleRate = SPEECH_SAMPLE_RATE } = options;
  const info = await probe(path, options);
  if (!info.audio) throw unsupported('without sound');
  try {
    const wanted = extractionTo(resolve(to), sampleRate);
    const result = await runGuarded('ffmpeg', resolve(path), wanted, options.signal);
    if (result.exitCode !== 0) throw errorOfRun(result);
    await checkExtracted(to);
  } catch (error) {
    await rm(to, { force: true });
    throw error;
  }
}

async function encodeAudio(
  path: string,
  to: string,
  options: { format: AudioFormat; speed: number; signal: AbortSignal },
): Promise<void> {
  const info = await probe(path, options);
  if (!info.audio) throw unsupported('without sound');
  try {
    const result = await runGuarded(
      'ffmpeg',
      resolve(path),
      encodingTo(resolve(to), options),
      options.signal,
    );
    if (result.exitCode !== 0) throw errorOfRun(result);
  } catch (error) {
    await rm(to, { force: true });
    throw error;
  }
}

async function sampleFrames(
  path: string,
  folder: string,
  options: FrameSampling & { signal: AbortSignal },
): Promise<readonly SampledFrame[]> {
  const info = await probe(path, options);
  if (!info.video) return [];
  if ((info.durationMs ?? 0) > MEDIA_LIMITS.filmMs) throw filmTooLong();
  try {
    return await sampleFilm(path, folder, info.durationMs, options);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** A second more than the limit is asked for, so that a file which hides its length is still found out. */
const extractionTo = (to: string, sampleRate: number): string[] => [
  ...['-map', '0:a:0', '-vn', '-sn', '-dn'],
  ...['-ac', '1', '-ar', String(sampleRate), '-c:a', 'pcm_s16le'],
  ...['-bitexact', '-map_metadata', '-1'],
  ...['-t', String(MEDIA_LIMITS.audioMs / 1000 + 1)],
  ...['-f', 'wav', '-y', `file:${to}`],
];

/** Containers lie: what came out is what counts. */
async function checkExtracted(path: string): Promise<void> {
  const layout = await readWavLayout(path);
  if (layout.dataBytes === 0) {
    throw unreadable('no sound could be decoded from it', 'check that it plays and send it again');
  }
  if (durationMsOf(layout) > MEDIA_LIMITS.audioMs) throw tooLong();
}
