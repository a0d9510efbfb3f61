import { TAKE_SEVERAL } from '@intermodal/models';
import type { OpenedThere } from './ports/pool-records.ts';
import type { Stage } from './stage.ts';

/**
 * Tasks of a stage that go through one call of an engine together, at most; 0 where each runs by itself.
 * @param engine of its first need, which is the one that does the work; undefined where nobody knows yet
 */
export function itemsTogether({ batch, needs }: Stage, engine: string | undefined): number {
  if (!batch) return 0;
  const [first] = Object.values(needs);
  const takeSeveral = first && TAKE_SEVERAL[first.name];
  if (takeSeveral && !(engine !== undefined && takeSeveral.includes(engine))) return 0;
  return batch.maxItems;
}

/** What serves the first need of a stage in a worker; undefined where nothing does. */
export function engineOf(
  { needs }: Stage,
  engines: Readonly<Record<string, OpenedThere>>,
): string | undefined {
  const [first] = Object.values(needs);
  const opened = first && engines[first.name];
  return opened && 'engine' in opened ? opened.engine : undefined;
}
