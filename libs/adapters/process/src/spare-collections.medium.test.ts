import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

/** How often a fresh process looks through its whole heap while 300 arrays of 4 MB come and go. */
function collections(spare: boolean): number {
  const program = `
    import { PerformanceObserver, constants } from 'node:perf_hooks';
    ${spare ? `(await import(${JSON.stringify(new URL('./spare-collections.ts', import.meta.url).href)})).spareCollections();` : ''}
    const kept = Array.from({ length: 300_000 }, (_, i) => ({ i }));
    const observer = new PerformanceObserver(() => {});
    observer.observe({ entryTypes: ['gc'] });
    let seen = 0;
    for (let i = 0; i < 300; i++) {
      new Float32Array(2 ** 20).fill(i);
      await new Promise(setImmediate);
      for (const { detail } of observer.takeRecords()) if (detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR) seen++;
    }
    process.stdout.write(String(kept.length > 0 ? seen : 0));
  `;
  const flags = ['--conditions=@intermodal/source', '--input-type=module', '-e', program];
  return Number(execFileSync(process.execPath, flags, { encoding: 'utf8' }));
}

test('large arrays that come and go do not make a process look through its heap again and again', () => {
  expect(collections(true)).toBeLessThan(collections(false) / 2);
});
