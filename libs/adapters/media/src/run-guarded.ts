import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { MEDIA_LIMITS } from './limits.ts';

export interface GuardedResult {
  readonly stdout: string;
  /** What was printed, byte by byte; empty unless it was asked for. */
  readonly bytes: Buffer;
  readonly stderr: string;
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  readonly endedBy: NodeJS.Signals | null;
}

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

const KEPT_CHARACTERS = 1_000_000;
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
 * @throws the reason of `signal`, when it aborts; the error of spawn, when a program is missing
 */
export async function runGuarded(
  program: 'ffmpeg' | 'ffprobe',
  input: string,
  outputArguments: readonly string[],
  signal: AbortSignal,
  changes: GuardChanges = {},
): Promise<GuardedResult> {
  signal.throwIfAborted();
  const before = program === 'ffmpeg' ? ['-nostdin', ...guards(changes)] : guards(changes);
  // `file:` keeps a name with a colon or a leading dash from meaning anything else.
  const command = [program, ...before, '-i', `file:${input}`, ...outputArguments];
  const result = await runInGroup('prlimit', [...PRLIMIT, ...command], signal, changes.keptBytes);
  signal.throwIfAborted();
  return result;
}

const PRLIMIT = [
  `--as=${MEDIA_LIMITS.processBytes}`,
  `--cpu=${MEDIA_LIMITS.processSeconds}`,
  `--fsize=${MEDIA_LIMITS.fileBytes}`,
  '--nofile=64',
  '--core=0',
];

function runInGroup(
  program: string,
  args: readonly string[],
  signal: AbortSignal,
  keptBytes?: number,
): Promise<GuardedResult> {
  return new Promise((resolve, reject) => {
    const [command, withArguments] = dyingWithUs(program, args);
    const child = spawn(command, withArguments, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const kept = { stdout: '', stderr: '' };
    const bytes: Buffer[] = [];
    let length = 0;
    if (keptBytes !== undefined)
      child.stdout.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length > keptBytes) kill();
        else bytes.push(chunk);
      });
    for (const name of keptBytes === undefined ? (['stdout', 'stderr'] as const) : (['stderr'] as const)) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        if (kept[name].length < KEPT_CHARACTERS) kept[name] += text;
      });
    }
    const kill = () => {
      // A negative id is the whole group; it may have ended just now.
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    };
    signal.addEventListener('abort', kill, { once: true });
    if (signal.aborted) kill();
    child.on('error', (error) => {
      signal.removeEventListener('abort', kill);
      reject(error);
    });
    child.on('close', (exitCode, endedBy) => {
      signal.removeEventListener('abort', kill);
      resolve({ ...kept, bytes: Buffer.concat(bytes), exitCode, endedBy });
    });
  });
}

/** Of util-linux. Where it stands elsewhere it is busybox's, which does not know --pdeathsig. */
const SETPRIV = '/usr/bin/setpriv';
const canDieWithUs = process.platform === 'linux' && existsSync(SETPRIV);

/** On Linux the child gets SIGKILL when this process ends, however it ends. */
const dyingWithUs = (program: string, args: readonly string[]): [string, string[]] =>
  canDieWithUs ? [SETPRIV, ['--pdeathsig', 'KILL', '--', program, ...args]] : [program, [...args]];
