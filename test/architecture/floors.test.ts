import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ESLint } from 'eslint';
import { beforeAll, describe, expect, test } from 'vitest';

const root = dirname(dirname(import.meta.dirname));
const run = promisify(execFile);

/** What the real configuration says of a file with this text; the file need not be there for rules without types. */
async function judge(path: string, text: string): Promise<string[]> {
  const eslint = new ESLint({
    cwd: root,
    overrideConfig: [
      {
        files: ['**/*.ts'],
        // A text that is in no program has no types; the rules about imports need none.
        languageOptions: { parserOptions: { project: null, projectService: false } },
        rules: TYPED_RULES_OFF,
      },
    ],
  });
  const [result] = await eslint.lintText(text, { filePath: join(root, path) });
  return result!.messages.map(({ ruleId, message }) => `${ruleId}: ${message}`);
}

const TYPED_RULES_OFF = {
  '@typescript-eslint/no-floating-promises': 'off',
  '@typescript-eslint/no-misused-promises': 'off',
  '@typescript-eslint/return-await': 'off',
  '@typescript-eslint/switch-exhaustiveness-check': 'off',
} as const;

beforeAll(async () => {
  await run(join(root, 'node_modules/.bin/nx'), ['graph', '--file=.nx/graph.json'], {
    cwd: root,
    env: { ...process.env, NX_DAEMON: 'false' },
  });
}, 60_000);

describe('a bad import is caught', { timeout: 30_000 }, () => {
  test.for([
    ['a stage that imports an adapter', 'libs/stages/src/planted.ts', '@intermodal/media'],
    ['an adapter that imports another', 'libs/adapters/queue/src/planted.ts', '@intermodal/records'],
    ['what adapters stand on that imports one', 'libs/adapters/programs/src/planted.ts', '@intermodal/media'],
    ['core that imports a stage', 'libs/pipeline/src/planted.ts', '@intermodal/stages'],
    ['contracts that import core', 'libs/contracts/src/planted.ts', '@intermodal/models'],
    ['an app that imports an app', 'apps/api/src/planted.ts', '@intermodal/workers'],
    ['the demo past the client', 'tools/demo/src/planted.ts', '@intermodal/contracts'],
    ['the client past the contracts', 'libs/client/src/planted.ts', '@intermodal/pipeline'],
    ['the back door', 'libs/stages/src/planted.ts', '../../contracts/src/index.ts'],
  ] as const)('%s', async ([, path, imported]) => {
    const messages = await judge(path, `export * from '${imported}';\n`);
    expect(messages).toContainEqual(expect.stringContaining('@nx/enforce-module-boundaries'));
  });

  test('and a good one is not', async () => {
    expect(await judge('libs/stages/src/planted.ts', `export * from '@intermodal/pipeline';\n`)).toEqual([]);
  });
});

test('the environment is read in main and nowhere else', async () => {
  const text = 'export const home = process.env.HOME;\n';
  expect(await judge('apps/api/src/planted.ts', text)).toContainEqual(
    expect.stringContaining('no-restricted-properties'),
  );
  expect(await judge('apps/api/src/main.ts', text)).toEqual([]);
});

test('a file of more than 400 lines is caught', async () => {
  const long = 'export {};\n'.repeat(401);
  expect(await judge('apps/api/src/planted.ts', long)).toContainEqual(expect.stringContaining('max-lines'));
});

describe('tags', () => {
  test('every package says its floor and kind', async () => {
    const tagged = await Promise.all((await packageFiles()).map(async (file) => [file, await tagsOf(file)]));
    expect(tagged.filter(([, tags]) => !isTagged(tags as string[]))).toEqual([]);
  });

  test('a library without tags is caught', () => {
    expect(isTagged([])).toBe(false);
    expect(isTagged(['floor:1'])).toBe(false);
    expect(isTagged(['floor:9', 'kind:core'])).toBe(false);
    expect(isTagged(['floor:1', 'kind:core'])).toBe(true);
  });
});

const isTagged = (tags: readonly string[]): boolean =>
  tags.some((tag) => /^floor:[0-4]$/.test(tag)) && tags.some((tag) => /^kind:[a-z]+$/.test(tag));

async function packageFiles(): Promise<string[]> {
  const folders = await Promise.all(
    ['apps', 'libs', 'libs/adapters', 'tools'].map(async (parent) => {
      const entries = await readdir(join(root, parent), { withFileTypes: true });
      return entries.filter((entry) => entry.isDirectory()).map(({ name }) => `${parent}/${name}`);
    }),
  );
  // A folder with sources is a package; libs/adapters holds packages, other tools are scripts.
  return [...folders.flat(), 'test']
    .filter((folder) => folder === 'test' || existsSync(join(root, folder, 'src')))
    .map((folder) => `${folder}/package.json`);
}

async function tagsOf(file: string): Promise<string[]> {
  const { nx } = JSON.parse(await readFile(join(root, file), 'utf8')) as { nx?: { tags?: string[] } };
  return nx?.tags ?? [];
}
