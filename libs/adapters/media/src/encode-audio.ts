import type { AudioFormat } from '@intermodal/models';
import { MEDIA_LIMITS } from './limits.ts';

/** Codec and container of each format. */
const FORMATS = {
  wav: ['-c:a', 'pcm_s16le', '-f', 'wav'],
  mp3: ['-c:a', 'libmp3lame', '-q:a', '2', '-f', 'mp3'],
  flac: ['-c:a', 'flac', '-f', 'flac'],
  opus: ['-c:a', 'libopus', '-b:a', '48k', '-f', 'ogg'],
  aac: ['-c:a', 'aac', '-b:a', '128k', '-f', 'adts'],
} as const satisfies Record<AudioFormat, readonly string[]>;

/** Arguments of ffmpeg after the input. */
export const encodingTo = (
  to: string,
  { format, speed }: { format: AudioFormat; speed: number },
): string[] => [
  ...['-map', '0:a:0', '-vn', '-sn', '-dn'],
  ...(speed === 1 ? [] : ['-filter:a', tempo(speed)]),
  ...['-bitexact', '-map_metadata', '-1'],
  ...['-t', String(MEDIA_LIMITS.audioMs / 1000 + 1)],
  ...FORMATS[format],
  ...['-y', `file:${to}`],
];

/** One filter halves at most. */
const tempo = (speed: number): string =>
  speed < 0.5 ? `atempo=0.5,atempo=${speed / 0.5}` : `atempo=${speed}`;
