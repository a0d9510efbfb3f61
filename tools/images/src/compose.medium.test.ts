import { execFile, spawnSync } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);
const INFRA = resolve(import.meta.dirname, '../../../infra');
/** Debian's, or Docker's plugin: neither needs a daemon to read a file. */
const composer = [['docker', 'compose'], ['docker-compose']].find(
  ([program, ...args]) => spawnSync(program!, [...args, 'version']).status === 0,
);
if (!composer)
  process.stderr.write(
    'compose.yaml is not read by Docker Compose: it is not installed (Debian: docker-compose).\n',
  );

test('secrets.sh makes secrets once, which nobody else can reach', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'intermodal-secrets-'));
  try {
    const secrets = join(folder, 'secrets');
    await run(join(INFRA, 'compose/secrets.sh'), [secrets]);
    const read = (name: string) => readFile(join(secrets, name), 'utf8');
    const first = await read('database_url');
    expect(first).toBe(`postgres://intermodal:${await read('postgres_password')}@postgres:5432/intermodal`);
    expect((await stat(secrets)).mode & 0o777).toBe(0o700);
    await run(join(INFRA, 'compose/secrets.sh'), [secrets]);
    expect(await read('database_url')).toBe(first);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test.skipIf(!composer)('Docker Compose takes compose.yaml', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'intermodal-compose-'));
  try {
    await cp(join(INFRA, 'compose'), join(folder, 'infra/compose'), { recursive: true });
    await run(join(folder, 'infra/compose/secrets.sh'));
    const [program, ...args] = composer!;
    const { stdout } = await run(program!, [
      ...args,
      '-f',
      join(folder, 'infra/compose/compose.yaml'),
      'config',
    ]);
    expect(stdout).toContain('intermodal/workers-cpu');
  } finally {
    await rm(folder, { recursive: true });
  }
});
