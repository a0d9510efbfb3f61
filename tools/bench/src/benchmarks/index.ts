import type { Benchmark } from '../benchmark.ts';
import { chain } from './chain.ts';
import { map } from './map.ts';
import { settle } from './settle.ts';

/** In the order in which they run. */
export const BENCHMARKS: readonly Benchmark[] = [chain, map, settle];
