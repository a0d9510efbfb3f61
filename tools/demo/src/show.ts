import type { IntermodalClient } from '@intermodal/client';
import type { DemoOptions } from './options.ts';

/** What every part is shown with. */
export interface Show {
  readonly client: IntermodalClient;
  readonly options: DemoOptions;
  /** Absolute; it exists. */
  readonly folder: string;
  readonly stop: AbortSignal;
  readonly screen: NodeJS.WriteStream;
  readonly say: (...lines: readonly string[]) => void;
}
