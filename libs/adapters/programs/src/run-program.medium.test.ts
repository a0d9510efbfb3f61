import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runningInGroup } from '@intermodal/testing';
import { expect, it } from 'vitest';
import { missingPrograms } from './missing-programs.ts';
import { runProgram } from './run-program.ts';

const { signal } = new AbortController();
const shell = (script: string, options: Partial<Parameters<typeof runProgram>[2]> = {}, ...args: string[]) =>
  runProgram('/bin/sh', ['-c', script, 'sh', ...args], { signal, ...options });

it('gives what a program says, and how it ended', async () => {
  const said = await shell('cat; echo "$LC_ALL" >&2; exit 3', { input: 'grüß dich' });
  expect(said).toMatchObject({ stdout: 'grüß dich', stderr: 'C.UTF-8\n', exitCode: 3, endedBy: null });
  expect(await shell('cat; kill -TERM $$')).toMatchObject({ stdout: '', exitCode: null, endedBy: 'SIGTERM' });
});

it('keeps bytes where it is told to, and ends what prints more', async () => {
  const full = await shell('printf "\\377\\000\\001"', { keptBytes: 3 });
  expect(full).toMatchObject({ bytes: Buffer.from([255, 0, 1]), stdout: '', exitCode: 0 });
  const endless = await shell('yes', { keptBytes: 100_000 });
  expect(endless.bytes.length).toBeLessThanOrEqual(100_000);
  expect(endless.endedBy).toBe('SIGKILL');
});

it('keeps a million characters of a text without end', async () => {
  const { stdout, exitCode } = await shell('yes | head -c 5000000');
  expect(stdout.length).toBeLessThan(1_100_000);
  expect(exitCode).toBe(0);
});

it.runIf(process.platform === 'linux')('ends all that a program started, when it is told to', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'intermodal-programs-'));
  const [told, stop] = [join(folder, 'pid'), new AbortController()];
  const running = shell('sleep 1000 & echo $$ > "$1"; wait', { signal: stop.signal }, told);
  const group = async () => Number(await readFile(told, 'utf8').catch(() => ''));
  await expect.poll(group).toBeGreaterThan(0);
  stop.abort(new Error('told to'));
  await expect(running).rejects.toThrow('told to');
  await expect.poll(async () => runningInGroup(await group())).toEqual([]);
  await rm(folder, { recursive: true });
});

it('names the programs that are missing', async () => {
  expect(await missingPrograms(['sh', 'no-such-program', 'cat'])).toEqual(['no-such-program']);
});
