import type { Benchmark } from '../benchmark.ts';
import { settle } from './settle.ts';

/** In the order in which they run. */
export const BENCHMARKS: readonly Benchmark[] = [settle];
