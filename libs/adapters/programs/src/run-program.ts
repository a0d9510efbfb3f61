import { killGroup, spawnGroup } from './process-group.ts';

export interface ProgramResult {
  readonly stdout: string;
  /** What was printed, byte by byte; empty unless `keptBytes` asked for it. */
  readonly bytes: Buffer;
  readonly stderr: string;
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  readonly endedBy: NodeJS.Signals | null;
}

const KEPT_CHARACTERS = 1_000_000;

/**
 * Runs a program to its end, without a shell. Of its texts the first million characters each are kept.
 * @param options.input is written to its standard input, which is empty without it
 * @param options.keptBytes keeps so many bytes of what is printed, instead of text; a program that prints more is ended
 * @throws the reason of `signal`, when it aborts; the program and what it started are killed
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  options: { input?: string; keptBytes?: number; signal: AbortSignal },
): Promise<ProgramResult> {
  const { input, keptBytes, signal } = options;
  signal.throwIfAborted();
  const child = spawnGroup(program, args, [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe']);
  const kill = () => killGroup(child);
  const kept = { stdout: '', stderr: '' };
  const bytes: Buffer[] = [];
  let length = 0;
  if (keptBytes !== undefined)
    child.stdout!.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > keptBytes) kill();
      else bytes.push(chunk);
    });
  for (const name of keptBytes === undefined ? (['stdout', 'stderr'] as const) : (['stderr'] as const)) {
    child[name]!.setEncoding('utf8').on('data', (text: string) => {
      if (kept[name].length < KEPT_CHARACTERS) kept[name] += text;
    });
  }
  // A program that ends before it has read everything says so by its exit code, not by our broken pipe.
  child.stdin?.on('error', () => {}).end(input);
  signal.addEventListener('abort', kill, { once: true });
  try {
    const end = await new Promise<Pick<ProgramResult, 'exitCode' | 'endedBy'>>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (exitCode, endedBy) => resolve({ exitCode, endedBy }));
    });
    signal.throwIfAborted();
    return { ...kept, bytes: Buffer.concat(bytes), ...end };
  } finally {
    signal.removeEventListener('abort', kill);
  }
}
