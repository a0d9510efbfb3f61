import { runProgram, type ProgramResult } from '@intermodal/programs';
import { MEDIA_LIMITS } from './limits.ts';

/** Where a call differs from all others. */
export interface GuardChanges {
  /** Formats of the input, as ffmpeg names them, instead of films and sound. */
  readonly formats?: string;
  readonly pixels?: number;
  /** Decode key frames only: ten times faster. */
  readonly keyFramesOnly?: boolean;
  /** Keep so many bytes of what is printed, instead of text; the program is ended when it prints more. */
  readonly keptBytes?: number;
}

const FORMATS = 'mov,matroska,mp3,wav,flac,ogg,aac,mpegts,avi,asf,flv';

/** What every call is given before the input: no other file, no address, no format that points at one. */
const guards = ({
  formats = FORMATS,
  pixels = MEDIA_LIMITS.pixels,
  keyFramesOnly,
}: GuardChanges): string[] => [
  '-hide_banner',
  ...['-v', 'error'],
  ...['-protocol_whitelist', 'file'],
  ...['-format_whitelist', formats],
  ...['-max_pixels', String(pixels)],
  ...['-probesize', '10M'],
  ...['-analyzeduration', '10M'],
  ...['-threads', '2'],
  ...(keyFramesOnly ? ['-skip_frame', 'nokey'] : []),
];

/**
 * Runs ffmpeg or ffprobe on one local file: limited memory, processor time and output, in a process group of its own that
 * is killed on abort, and never through a shell.
 * @param input an absolute path
 * @throws the reason of `signal`, when it aborts
 */
export async function runGuarded(
  program: 'ffmpeg' | 'ffprobe',
  input: string,
  outputArguments: readonly string[],
  signal: AbortSignal,
  changes: GuardChanges = {},
): Promise<ProgramResult> {
  const before = program === 'ffmpeg' ? ['-nostdin', ...guards(changes)] : guards(changes);
  // `file:` keeps a name with a colon or a leading dash from meaning anything else.
  const command = [program, ...before, '-i', `file:${input}`, ...outputArguments];
  return await runProgram('prlimit', [...PRLIMIT, ...command], { signal, keptBytes: changes.keptBytes });
}

const PRLIMIT = [
  `--as=${MEDIA_LIMITS.processBytes}`,
  `--cpu=${MEDIA_LIMITS.processSeconds}`,
  `--fsize=${MEDIA_LIMITS.fileBytes}`,
  '--nofile=64',
  '--core=0',
];
