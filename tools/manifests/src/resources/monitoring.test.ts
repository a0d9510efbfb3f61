import { expect, test } from 'vitest';
import { API, labelsOf } from '../names.ts';
import { monitoring } from './monitoring.ts';

test('series get the name of a job that alerts look for', () => {
  const monitors = monitoring(undefined).map(({ spec }) => spec as { readonly jobLabel?: string });
  expect(monitors).toHaveLength(2);
  for (const { jobLabel } of monitors)
    for (const labels of [labelsOf(API), labelsOf('pools')] as Record<string, string>[])
      expect(labels[jobLabel ?? '']).toMatch(/^intermodal/);
});
