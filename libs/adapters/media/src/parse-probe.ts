import type { MediaInfo } from '@intermodal/models';
import { unreadable, unsupported } from './media-error.ts';

interface ProbedStream {
  readonly codec_type?: string;
  readonly codec_name?: string;
  readonly sample_rate?: string;
  readonly channels?: number;
  readonly width?: number;
  readonly height?: number;
  readonly avg_frame_rate?: string;
  readonly duration?: string;
  readonly disposition?: { readonly attached_pic?: number };
  readonly side_data_list?: readonly { readonly rotation?: number }[];
}

interface Probed {
  readonly format?: { readonly format_name?: string; readonly duration?: string };
  readonly streams?: readonly ProbedStream[];
}

/** What ffprobe is asked to print. */
export const PROBE_ARGUMENTS = [
  ...['-of', 'json'],
  '-show_entries',
  'format=format_name,duration:' +
    'stream=codec_type,codec_name,sample_rate,channels,width,height,avg_frame_rate,duration:' +
    'stream_disposition=attached_pic:stream_side_data=rotation',
];

/** ffprobe's JSON as MediaInfo. @throws IntermodalError `media.unreadable`, `media.unsupported` */
export function parseProbe(json: string): MediaInfo {
  const probed = JSON.parse(json) as Probed;
  const streams = probed.streams ?? [];
  const audio = streams.find((it) => it.codec_type === 'audio');
  const video = streams.find((it) => it.codec_type === 'video' && it.disposition?.attached_pic !== 1);
  if (!audio && !video) throw unsupported('a container without sound or film');
  const sampleRate = Number(audio?.sample_rate ?? 0);
  const channels = audio?.channels ?? 0;
  // Headerless samples are often taken for MP3 by their length: a track without a rate is no track.
  if (audio && (sampleRate === 0 || channels === 0) && !video) {
    throw unreadable(
      'its sound has no sample rate or channels',
      'send a file with a header, for example WAV',
    );
  }
  return {
    format: probed.format?.format_name ?? 'unknown',
    durationMs: milliseconds(probed.format?.duration ?? audio?.duration ?? video?.duration),
    audio: audio && sampleRate > 0 ? { codec: audio.codec_name ?? 'unknown', sampleRate, channels } : null,
    video: video
      ? {
          codec: video.codec_name ?? 'unknown',
          ...turned(video),
          framesPerSecond: rate(video.avg_frame_rate),
        }
      : null,
  };
}

function milliseconds(seconds: string | undefined): number | null {
  const value = Number(seconds);
  return seconds !== undefined && Number.isFinite(value) && value >= 0 ? Math.round(value * 1000) : null;
}

function turned({ width = 0, height = 0, side_data_list = [] }: ProbedStream) {
  const rotation = side_data_list.find((it) => it.rotation !== undefined)?.rotation ?? 0;
  return Math.abs(rotation) % 180 === 90 ? { width: height, height: width } : { width, height };
}

function rate(fraction: string | undefined): number | null {
  const [over, under] = (fraction ?? '').split('/').map(Number);
  return over && under ? Math.round((over / under) * 1000) / 1000 : null;
}
