import type { Benchmark } from '../benchmark.ts';
import { chain } from './chain.ts';
import { fairness } from './fairness.ts';
import { history } from './history.ts';
import { latency } from './latency.ts';
import { map } from './map.ts';
import { models } from './models.ts';
import { price } from './price.ts';
import { reads } from './reads.ts';
import { settle } from './settle.ts';
import { soak } from './soak.ts';
import { submit } from './submit.ts';
import { system } from './system.ts';
import { waiting } from './waiting.ts';
import { workers } from './workers.ts';

/** In the order in which they run. */
export const BENCHMARKS: readonly Benchmark[] = [
  ...[chain, map, latency, submit],
  ...[waiting, history, reads, workers],
  ...[fairness, settle, price, models, system],
  soak,
];
