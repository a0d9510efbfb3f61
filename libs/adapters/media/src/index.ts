import type { Engine } from '@intermodal/models';
import { loadEngines } from '@intermodal/pipeline';

export { webFetcher, type FetcherOptions } from './fetch/web-fetcher.ts';
export { MEDIA_LIMITS } from './limits.ts';

/** Every `*.engine.ts` beside this file. */
export const loadMediaEngines = (): Promise<Engine[]> => loadEngines(import.meta.dirname);
