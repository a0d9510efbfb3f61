import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

/** Workspace packages are read from their sources, so that a test never runs against a stale build. */
const conditions = ['@intermodal/source', 'node', 'development|production'];
// Without `module`, in both forms: Node itself loads the packages, and some keep files there that only bundlers can read.
const shared = { resolve: { conditions, mainFields: ['main'] }, ssr: { resolve: { conditions } } };
// For the processes that tests start: most of the work of a start is to compile the same programs again.
const env = { NODE_COMPILE_CACHE: resolve(import.meta.dirname, 'node_modules/.cache/compiled') };
const outside = ['**/node_modules/**', '**/dist/**'];

export default defineConfig({
  ...shared,
  test: {
    // Most files wait more than they compute: on two cores two at a time take two thirds of the time of one.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    reporters: ['default', ['json', { outputFile: 'test-results/vitest.json' }]],
    projects: [
      {
        ...shared,
        test: {
          name: 'unit',
          include: ['{libs,apps,tools}/**/src/**/*.test.ts', 'test/architecture/*.test.ts'],
          exclude: [...outside, '**/*.medium.test.ts'],
        },
      },
      {
        ...shared,
        test: {
          name: 'medium',
          include: ['{libs,apps,tools}/**/src/**/*.medium.test.ts'],
          exclude: outside,
          env,
          globalSetup: ['libs/testing/src/services.setup.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      // Behind all others: each file has a whole stack of its own.
      stacks('e2e', { sequence: { groupOrder: 1 } }),
      // One after the other: processes are killed here, and one that only stalls must not be taken for them.
      stacks('failure', { sequence: { groupOrder: 2 }, fileParallelism: false }),
    ],
  },
});

function stacks(name: string, order: TestProjectInlineConfiguration['test']): TestProjectInlineConfiguration {
  return {
    ...shared,
    test: {
      name,
      include: [`test/${name}/*.test.ts`],
      exclude: outside,
      env,
      globalSetup: ['libs/testing/src/services.setup.ts'],
      testTimeout: 120_000,
      hookTimeout: 120_000,
      ...order,
    },
  };
}
