import { accessSync, constants } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { Failure, run, step } from './steps.mjs';

/** Debian package -> a program that it brings. */
const PACKAGES = {
  'redis-tools': 'redis-check-rdb',
  ffmpeg: 'ffmpeg',
  'espeak-ng': 'espeak-ng',
  flite: 'flite',
  pocketsphinx: 'pocketsphinx_continuous',
  'pocketsphinx-en-us': undefined,
  apertium: 'apertium',
  'apertium-eng-spa': undefined,
  'tesseract-ocr': 'tesseract',
};

/** Installs the programs that stages call, on Debian and Ubuntu; elsewhere says which are missing. */
export async function installSystemPackages() {
  if (!(await isDebian())) {
    const missing = Object.values(PACKAGES).filter((program) => program && !onPath(program));
    // Elsewhere the server has its own name.
    const needed = missing.filter((program) => program !== 'redis-check-rdb' || !onPath('redis-server'));
    if (needed.length === 0) return;
    throw new Failure(
      `These programs are needed and not on the PATH: ${needed.join(', ').replace('redis-check-rdb', 'redis-server')}.\n` +
        `Install them with this system's package manager. On Debian they are: ${Object.keys(PACKAGES).join(' ')}\n` +
        '(English recognition also needs the en-us model of pocketsphinx, translation the eng-spa pair of Apertium.)',
    );
  }
  const missing = await missingPackages();
  if (missing.length === 0) return;
  const prefix = await rootPrefix();
  const command = ['apt-get', 'install', '-y', '--no-install-recommends', ...missing];
  if (!prefix) {
    throw new Failure(
      `These Debian packages are missing: ${missing.join(' ')}\nInstall them as root:\n  ${command.join(' ')}`,
    );
  }
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
  const apt = (args, options) =>
    run(...command0(prefix, ['apt-get', '-q', '-o', 'DPkg::Lock::Timeout=120', ...args]), {
      env: environment,
      ...options,
    });
  let plan = await apt(['install', '--no-install-recommends', '--assume-no', ...missing], { anyCode: true });
  if (/Unable to locate|has no installation candidate/.test(plan.output)) {
    await step('apt package lists', () => apt(['update']));
    plan = await apt(['install', '--no-install-recommends', '--assume-no', ...missing], { anyCode: true });
  }
  const download = /Need to get (.*?) of archives/.exec(plan.output)?.[1];
  const disk = /After this operation, (.*?) of additional disk space/.exec(plan.output)?.[1];
  process.stderr.write(
    `  Debian packages to install: ${missing.join(' ')}${download ? ` (download ${download}, ${disk} on disk)` : ''}\n`,
  );
  const install = ['install', '-y', '--no-install-recommends', ...missing];
  await step('Debian packages', async () => {
    const first = await apt(install, { anyCode: true });
    if (first.code === 0) return;
    // Lists that are too old name files that are gone.
    await apt(['update']);
    await apt(install);
  });
}

const command0 = (prefix, [first, ...rest]) =>
  prefix.length > 0 ? [prefix[0], [...prefix.slice(1), first, ...rest]] : [first, rest];

async function isDebian() {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(release);
}

async function missingPackages() {
  const names = Object.keys(PACKAGES);
  const { output } = await run('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\n', ...names], {
    anyCode: true,
  });
  return names.filter((name) => !new RegExp(`^${name} installed$`, 'm').test(output));
}

/** What to put before a command so that it runs as root; undefined when that cannot be done without a question. */
async function rootPrefix() {
  if (process.getuid?.() === 0) return [];
  if (!onPath('sudo')) return undefined;
  // -E would need a permission of its own; apt gets its settings from `env`.
  const { code } = await run('sudo', ['-n', 'true'], { anyCode: true });
  return code === 0 ? ['sudo', '-n', 'env', 'DEBIAN_FRONTEND=noninteractive', 'LC_ALL=C'] : undefined;
}

const onPath = (program) =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
