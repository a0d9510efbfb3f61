import type { Entry } from './ledger.ts';

export type Work = Pick<Entry, 'pipeline' | 'input' | 'params'>;

/** Shapes in turn: a chain, a diamond with a file, a map with a join, nodes that are skipped. */
export function shapes(count: number, { ms = 0, items = 10, from = 0 } = {}): Work[] {
  const made = [
    (value: number): Work => ({ pipeline: 'trial-chain', input: { value }, params: { ms } }),
    (value: number): Work => ({ pipeline: 'trial-diamond', input: { value }, params: {} }),
    (): Work => ({ pipeline: 'trial-map', input: { count: items }, params: { ms } }),
    (value: number): Work => ({ pipeline: 'trial-skip', input: { value }, params: {} }),
  ];
  return Array.from({ length: count }, (_, i) => made[(from + i) % made.length]!(from + i));
}

export const chains = (count: number, ms: number): Work[] =>
  Array.from({ length: count }, (_, value) => ({
    pipeline: 'trial-chain',
    input: { value },
    params: { ms },
  }));

export const diamonds = (count: number, bytes: number): Work[] =>
  Array.from({ length: count }, (_, value) => ({
    pipeline: 'trial-diamond',
    input: { value },
    params: { bytes },
  }));
