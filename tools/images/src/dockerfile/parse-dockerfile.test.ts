import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseDockerfile, settingsOf } from './parse-dockerfile.ts';
import { readIgnores } from './read-ignores.ts';

const ROOT = resolve(import.meta.dirname, '../../../..');

test('stages, mounts, and settings that win over earlier ones', () => {
  const stages = parseDockerfile(`
# a comment
ARG IMAGE=debian:12
FROM \${IMAGE} AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/root/.npm \\
  # within
  make all
FROM other
RUN --mount=type=bind,from=build,source=/src,target=/steps /steps/go
COPY --from=build /out /
ENV A=1 \\
  B="two words"
ENV A=3
USER 10001:10001
CMD ["x", "y"]
`);
  expect(stages.map(({ name, from }) => [name, from])).toEqual([
    ['build', 'debian:12'],
    [undefined, 'other'],
  ]);
  expect(stages[0]!.steps).toEqual([
    { line: 5, kind: 'set', settings: { folder: '/src' } },
    { line: 6, kind: 'copy', from: undefined, source: '.', target: '.' },
    { line: 7, kind: 'run', mounts: [{ type: 'cache', target: '/root/.npm' }], command: 'make all' },
  ]);
  expect(stages[1]!.steps.slice(0, 2)).toEqual([
    {
      ...{ line: 11, kind: 'run', command: '/steps/go' },
      mounts: [{ type: 'bind', from: 'build', source: '/src', target: '/steps' }],
    },
    { line: 12, kind: 'copy', from: 'build', source: '/out', target: '/' },
  ]);
  expect(settingsOf(stages[1]!.steps)).toEqual({
    environment: { A: '3', B: 'two words' },
    labels: {},
    user: { uid: 10001, gid: 10001 },
    command: ['x', 'y'],
  });
});

describe('what is not understood is refused, with its line', () => {
  test.each([
    ['ADD x y', /^line 2: ADD is not supported/],
    ['COPY --chmod=1 a b', /COPY must be/],
    ['COPY --from=nobody a b', /no such stage/],
    ['CMD node main.js', /CMD must be a JSON list/],
    ['ENTRYPOINT [1]', /ENTRYPOINT must be a JSON list/],
    ['RUN --network=none x', /--network=none is not supported/],
    ['RUN --mount=type=secret,target=/x y', /--mount=type=secret/],
    ['USER somebody', /USER must be uid:gid/],
    ['ENV A=$B', /ENV must be/],
    ['WORKDIR here', /must be absolute/],
    ['RUN a \\', /ends in the middle/],
  ])('%s', (line, fault) => expect(() => parseDockerfile(`FROM x\n${line}`)).toThrow(fault));

  test('an exception in .dockerignore', () => {
    expect(() => readIgnores('!x')).toThrow(/'!x'/);
  });
});

test('.dockerignore leaves out what is made anew, and nothing that a build reads', () => {
  const isIgnored = readIgnores(readFileSync(join(ROOT, '.dockerignore'), 'utf8'));
  for (const path of ['node_modules', 'libs/client/node_modules', 'apps/api/dist', '.git', '.data'])
    expect([path, isIgnored(path)]).toEqual([path, true]);
  for (const path of ['package-lock.json', 'apps/api/src/main.ts', 'infra/docker/steps/gather.mjs', '.npmrc'])
    expect([path, isIgnored(path)]).toEqual([path, false]);
});
