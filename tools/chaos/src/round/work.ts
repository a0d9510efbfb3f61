import type { Entry } from './ledger.ts';

export type Work = Pick<Entry, 'pipeline' | 'input' | 'params'>;

interface Extent {
  /** How long a step of it takes. */
  readonly ms: number;
  /** Of a map. */
  readonly items: number;
}

const MAPS = [
  (count: number, ms: number): Work => ({ pipeline: 'trial-map', input: { count }, params: { ms } }),
  (count: number): Work => ({ pipeline: 'trial-failing-map', input: { count }, params: { fraction: 0.3 } }),
  (count: number, ms: number): Work => ({ pipeline: 'trial-together', input: { count }, params: { ms } }),
];

/** A chain, a diamond with a file, maps with a join of which some have failing items or go through micro-batches, nodes that are skipped. */
const SHAPES = {
  chain: (value: number, { ms }: Extent): Work => ({
    pipeline: 'trial-chain',
    input: { value },
    params: { ms },
  }),
  diamond: (value: number, { ms }: Extent): Work => ({
    pipeline: 'trial-diamond',
    input: { value },
    params: { ms },
  }),
  'map-join': (value: number, { ms, items }: Extent): Work =>
    MAPS[Math.floor(value / SHAPE_NAMES.length) % MAPS.length]!(items, ms),
  skip: (value: number, { ms }: Extent): Work => ({
    pipeline: 'trial-skip',
    input: { value },
    params: { ms },
  }),
};
export type ShapeName = keyof typeof SHAPES;
export const SHAPE_NAMES = Object.keys(SHAPES) as ShapeName[];

/** The shapes in turn. */
export const shapes = (
  count: number,
  {
    ms = 0,
    items = 10,
    from = 0,
    of = SHAPE_NAMES,
  }: Partial<Extent> & { from?: number; of?: readonly ShapeName[] } = {},
): Work[] =>
  Array.from({ length: count }, (_, i) => SHAPES[of[(from + i) % of.length]!](from + i, { ms, items }));

export const chains = (count: number, ms: number): Work[] => shapes(count, { ms, of: ['chain'] });

/** They end when this file is there. */
export const holds = (count: number, until: string): Work[] =>
  Array.from({ length: count }, (_, value) => ({
    pipeline: 'trial-hold',
    input: { value },
    params: { until },
  }));

export const diamonds = (count: number, bytes: number): Work[] =>
  Array.from({ length: count }, (_, value) => ({
    pipeline: 'trial-diamond',
    input: { value },
    params: { bytes },
  }));
