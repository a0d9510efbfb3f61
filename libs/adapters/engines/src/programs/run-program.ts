import { killGroup, spawnGroup } from './process-group.ts';

export interface ProgramResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | null;
}

const KEPT_CHARACTERS = 1_000_000;

/**
 * Runs a program to its end, without a shell.
 * @param options.input is written to its standard input
 * @throws the reason of `signal`, when it aborts; the program and what it started are killed
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  options: { input?: string; signal: AbortSignal },
): Promise<ProgramResult> {
  const { signal } = options;
  signal.throwIfAborted();
  const child = spawnGroup(program, args, ['pipe', 'pipe', 'pipe']);
  const kept = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]!.setEncoding('utf8').on('data', (text: string) => {
      if (kept[name].length < KEPT_CHARACTERS) kept[name] += text;
    });
  }
  // A program that ends before it has read everything says so by its exit code, not by our broken pipe.
  child.stdin!.on('error', () => {});
  child.stdin!.end(options.input ?? '');
  const kill = () => killGroup(child);
  signal.addEventListener('abort', kill, { once: true });
  try {
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    signal.throwIfAborted();
    return { ...kept, exitCode };
  } finally {
    signal.removeEventListener('abort', kill);
  }
}
