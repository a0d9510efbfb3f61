import { execFile, spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SCRIPTS } from './scripts.ts';

const MAIN = fileURLToPath(new URL('../../main.ts', import.meta.url));
const run = promisify(execFile);
const has = (program: string): boolean => spawnSync(program, ['-c', 'true']).status === 0;

let folder: string;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
const server = createServer((request, response) => answer(request, response));
const json = (value: unknown) => (_: IncomingMessage, response: ServerResponse) =>
  void response.setHeader('content-type', 'application/json').end(JSON.stringify(value));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'intermodal-completion-'));
  await mkdir(join(folder, 'bin'));
  const command = `#!/bin/sh\nexec '${process.execPath}' --conditions=@intermodal/source '${MAIN}' "$@"\n`;
  await writeFile(join(folder, 'bin', 'intermodal'), command);
  await chmod(join(folder, 'bin', 'intermodal'), 0o755);
  await mkdir(join(folder, 'talks'));
  await writeFile(join(folder, 'talk one.wav'), '');
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  answer = (_, response) => void response.writeHead(404).end();
});

const environment = () => ({
  ...process.env,
  PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
  INTERMODAL_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  INTERMODAL_KEY: 'im_local_0123456789abcdef',
});

/** What bash gets when Tab is pressed behind words that are split as it splits them. */
async function tab(...words: string[]): Promise<string[]> {
  const script = `source <(intermodal completion bash)
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_intermodal; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = await run('bash', ['-c', script, 'bash', ...words], {
    cwd: folder,
    env: environment(),
  });
  expect(stderr).toBe('');
  return stdout.split('\n').filter((line) => line !== '');
}

describe('bash', () => {
  it('completes commands, options and fixed values', async () => {
    expect(await tab('intermodal', 'bat')).toEqual(['batch']);
    expect(await tab('intermodal', 'local', '--e')).toEqual(['--ephemeral']);
    expect(await tab('intermodal', 'jobs', '--status', 'f')).toEqual(['failed']);
  });

  it('gives of a word that it broke only what comes after', async () => {
    expect(await tab('intermodal', 'jobs', '--status', '=', 'f')).toEqual(['failed']);
    expect(await tab('intermodal', 'keys', 'create', 'ci', '--scope', 'jobs', ':', 'r')).toEqual(['read']);
    expect(await tab('intermodal', 'keys', 'create', 'ci', '--scope', 'jobs', ':')).toEqual([
      'read',
      'write',
    ]);
  });

  it('completes files and folders, also behind port=', async () => {
    expect((await tab('intermodal', 'upload', 'ta')).toSorted()).toEqual(['talk one.wav', 'talks']);
    expect(await tab('intermodal', 'submit', 'p', '--input', 'audio', '=', 'talk')).toEqual(
      expect.arrayContaining(['talk one.wav']),
    );
    expect(await tab('intermodal', 'watch', 'job_1', '--out', 'ta')).toEqual(['talks']);
  });

  it('completes what the API tells', async () => {
    answer = json({ jobs: [{ id: 'job_7', pipeline: 'p@1', status: 'failed' }], next: null });
    expect(await tab('intermodal', 'retry', 'job')).toEqual(['job_7']);
  });

  it('is silent when the API says no, does not answer, or is away', async () => {
    expect(await tab('intermodal', 'retry', '')).toEqual([]);
    answer = () => {};
    expect(await tab('intermodal', 'retry', '')).toEqual([]);
    const { stdout, stderr } = await run('intermodal', ['__complete', '--', 'retry', ''], {
      env: { ...environment(), INTERMODAL_URL: 'http://127.0.0.1:9' },
    });
    expect([stdout, stderr]).toEqual(['', '']);
  });
});

// Where they are installed, their own parsers read the scripts.
describe.each(['zsh', 'fish'] as const)('%s', (shell) => {
  it.skipIf(!has(shell))('reads its script without a complaint', async () => {
    const path = join(folder, `intermodal.${shell}`);
    await writeFile(path, SCRIPTS[shell]);
    expect(await run(shell, ['-n', path])).toEqual({ stdout: '', stderr: '' });
  });
});
