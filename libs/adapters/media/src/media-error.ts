import { IntermodalError } from '@intermodal/contracts';
import type { ProgramResult } from '@intermodal/programs';
import { MEDIA_LIMITS } from './limits.ts';
import type { Sniffed } from './sniff.ts';

const ACCEPTED = 'MP4, MOV, MKV, WebM, MP3, WAV, FLAC, OGG, AAC, MPEG-TS, AVI, WMV or FLV';

/** The sentence for what a file seems to be, or undefined when its bytes say nothing. */
export function errorOfSniffed(sniffed: Sniffed): IntermodalError | undefined {
  if (sniffed === 'empty') return unreadable('it has 0 bytes', 'send it again');
  if (sniffed === 'playlist') {
    return unreadable('it is a playlist that points at other files', 'send the audio or video file itself');
  }
  if (sniffed === 'text') return unreadable('it holds text', 'send an audio or video file');
  if (sniffed === 'image') return unsupported('a picture');
  if (sniffed === 'pdf') return unsupported('a PDF document');
  return undefined;
}

/** The error behind an ffmpeg or ffprobe that did not succeed. Its own words stay in `cause`: they may name paths. */
export function errorOfRun(result: ProgramResult): IntermodalError {
  const cause = new Error(result.stderr.slice(0, 2000));
  if (result.endedBy === 'SIGXCPU' || result.endedBy === 'SIGKILL' || result.endedBy === 'SIGXFSZ') {
    return new IntermodalError(
      'media.limit',
      `The media file took more than ${MEDIA_LIMITS.processSeconds} s of processor time or 2 GiB to decode: send a shorter one.`,
      { cause },
    );
  }
  if (/Cannot allocate memory|File too large/.test(result.stderr)) {
    return new IntermodalError(
      'media.limit',
      'The media file needs more than 2 GiB to decode: send a shorter or smaller one.',
      { cause },
    );
  }
  if (/Picture size .* is invalid|exceeds specified max pixel count/.test(result.stderr)) {
    return new IntermodalError('media.limit', 'The film has frames above 8K: send a smaller one.', { cause });
  }
  if (/Format not on whitelist/.test(result.stderr))
    return unsupported('of a kind that is not accepted', cause);
  return unreadable('it is damaged or no media file', 'check that it plays and send it again', cause);
}

export const unreadable = (why: string, cure: string, cause?: unknown): IntermodalError =>
  new IntermodalError('media.unreadable', `The media file could not be read, because ${why}: ${cure}.`, {
    cause,
  });

export const unsupported = (what: string, cause?: unknown): IntermodalError =>
  new IntermodalError('media.unsupported', `The file is ${what}: send ${ACCEPTED}.`, { cause });

export const tooLong = (): IntermodalError =>
  new IntermodalError(
    'media.limit',
    `The audio is longer than ${MEDIA_LIMITS.audioMs / 3_600_000} hours: cut it into shorter files.`,
  );

export const filmTooLong = (): IntermodalError =>
  new IntermodalError(
    'media.limit',
    `The film is longer than ${MEDIA_LIMITS.filmMs / 60_000} minutes: cut it into shorter files.`,
  );
