import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Workspace packages are read from their sources, so that a test never runs against a stale build. */
const conditions = ['@intermodal/source', 'node', 'development|production'];
// Without `module`, in both forms: Node itself loads the packages, and some keep files there that only bundlers can read.
const shared = { resolve: { conditions, mainFields: ['main'] }, ssr: { resolve: { conditions } } };
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
          globalSetup: ['libs/testing/src/services.setup.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        ...shared,
        test: {
          name: 'e2e',
          include: ['test/{e2e,failure}/*.test.ts'],
          exclude: outside,
          globalSetup: ['libs/testing/src/services.setup.ts'],
          // One after the other, behind all others: each has whole stacks of its own, and those that kill processes go by leases of a second.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
