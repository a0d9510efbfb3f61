import { join } from 'node:path';
import { discover, misnamed } from '@intermodal/pipeline';
import type { Suite } from './suite.ts';

/** Every `*.suite.ts` of the folder `suites`, in the order of their names. */
export async function loadSuites(): Promise<Suite[]> {
  const found = await discover(join(import.meta.dirname, 'suites'), 'suite');
  return found.map((one) => {
    const suite = one.exported as Suite | undefined;
    if (suite?.name !== one.expectedName) throw new Error(misnamed(one, 'suite', suite?.name));
    return suite;
  });
}
