import { defineCapability } from '../capability.ts';

export interface AudioTrack {
  readonly codec: string;
  readonly sampleRate: number;
  readonly channels: number;
}

export interface VideoTrack {
  readonly codec: string;
  /** Pixels, after rotation. */
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number | null;
}

export interface MediaInfo {
  /** Container, as ffprobe names it. */
  readonly format: string;
  /** Null when the container does not say. */
  readonly durationMs: number | null;
  readonly audio: AudioTrack | null;
  readonly video: VideoTrack | null;
}

/** A piece of audio and where in a longer one it begins. */
export interface PlacedAudio {
  readonly path: string;
  readonly startMs: number;
}

/** Which frames of a film are wanted. */
export interface FrameSampling {
  /** One frame in this time, and one at each cut. */
  readonly everyMs: number;
  /** Never more frames than this: of a long film they are further apart. */
  readonly most: number;
  /** Pixels; larger frames are scaled down. */
  readonly maxEdge: number;
  readonly format: 'jpeg' | 'png';
}

export interface SampledFrame {
  readonly path: string;
  /** When it is shown, from the beginning of the film. */
  readonly timeMs: number;
  /** Whether it is the first of a new scene. */
  readonly cut: boolean;
}

/** What sound can be written as; opus stands in an Ogg file. */
export const AUDIO_FORMATS = ['wav', 'mp3', 'flac', 'opus', 'aac'] as const;
export type AudioFormat = (typeof AUDIO_FORMATS)[number];

/** Audio and video files. Every path is local; formats that point at other files or addresses are refused. */
export interface MediaTools {
  /** @throws IntermodalError `media.unreadable` when it is no media file or is damaged beyond use, `media.limit` */
  probe(path: string, options: { signal: AbortSignal }): Promise<MediaInfo>;
  /**
   * Writes mono 16-bit WAV with a plain 44-byte header.
   * @param options.sampleRate Hz; 16,000, which speech engines take, when left out
   * @throws `media.unreadable`, `media.limit`, `media.unsupported` for a file without sound
   */
  extractAudio(
    path: string,
    to: string,
    options: { sampleRate?: number; signal: AbortSignal },
  ): Promise<void>;
  /**
   * Writes the sound of a file in another format.
   * @param options.speed 2 gives it in half the time, at the same pitch; 0.25 to 4
   * @throws `media.unreadable`, `media.limit`
   */
  encodeAudio(
    path: string,
    to: string,
    options: { format: AudioFormat; speed: number; signal: AbortSignal },
  ): Promise<void>;
  /** Writes `startMs..endMs` of a 16 kHz mono WAV, in the same format. */
  cutAudio(
    path: string,
    to: string,
    options: { startMs: number; endMs: number; signal: AbortSignal },
  ): Promise<void>;
  /**
   * Joins WAV files into one mono WAV with silence between them. A piece begins at its startMs, or when the one before it
   * ends, whichever is later.
   * @returns where each piece begins and ends, and the whole length, in milliseconds
   */
  joinAudio(
    pieces: readonly PlacedAudio[],
    to: string,
    options: { signal: AbortSignal },
  ): Promise<{ placed: readonly { startMs: number; endMs: number }[]; durationMs: number }>;
  /**
   * Writes frames of a film into a folder that does not exist yet, in the order of time. No frame when the file has sound only
   * or nothing could be decoded; of a damaged film those that could be.
   * @throws `media.unreadable`, `media.limit` when the film is longer than 30 minutes
   */
  sampleFrames(
    path: string,
    folder: string,
    options: FrameSampling & { signal: AbortSignal },
  ): Promise<readonly SampledFrame[]>;
}

export const MediaTools = defineCapability<MediaTools>('MediaTools');
