import { spawnBound } from '@intermodal/programs';

/**
 * Runs a program to its end.
 * @returns what it wrote to its standard output
 * @throws with the end of all that it wrote, when it fails
 */
export async function run(
  [program, ...args]: readonly [string, ...string[]],
  { signal, cwd }: { signal: AbortSignal; cwd?: string },
): Promise<string> {
  const child = spawnBound(program, args, { stdio: ['ignore', 'pipe', 'pipe'], signal, cwd });
  let [output, all] = ['', ''];
  child.stdout!.on('data', (data: Buffer) => ((output += data.toString()), (all += data.toString())));
  child.stderr!.on('data', (data: Buffer) => (all += data.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`${program} ended with ${code}:\n${all.slice(-4_000)}`);
  return output;
}
