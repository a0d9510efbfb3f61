import { POOLS, type PoolName } from '@intermodal/pipeline';

/** What a worker of a pool gets on a cluster. */
export interface PoolPlan {
  readonly pool: PoolName;
  readonly slots: number;
  /** Of a pod. Threads of engines follow from the processors and the slots: libs/adapters/engines. */
  readonly cpu: number;
  readonly memoryGi: number;
  /** Scratch space and cached artifacts. */
  readonly diskGi: number;
  readonly workersMin: number;
  readonly workersMax: number;
  /** In which time what waits is to be done. */
  readonly targetSeconds: number;
  /** Stages that need a model which is not shipped. */
  readonly without: readonly string[];
  /** Reaches addresses of users: files to fetch, webhooks to tell. */
  readonly outside: boolean;
  /** What is different with a graphics card; left out where none of its engines uses one. */
  readonly card?: {
    readonly cpu: number;
    readonly memoryGi: number;
    readonly workersMax: number;
    readonly without: readonly string[];
    /** Of the catalogue: what its engines open on the card. */
    readonly models: readonly string[];
  };
}

/**
 * The pools, as they are sized where nobody knows better. `media` needs no card and reaches outside, so it is the one that
 * never goes to zero: what any worker sees to (decision 0033) is seen to.
 */
const PLANS: { readonly [P in PoolName]: Omit<PoolPlan, 'pool'> } = {
  media: {
    ...{ slots: 2, cpu: 2, memoryGi: 4, diskGi: 40, workersMin: 1, workersMax: 10 },
    ...{ targetSeconds: 60, without: [], outside: true },
  },
  speech: {
    ...{ slots: 2, cpu: 2, memoryGi: 4, diskGi: 20, workersMin: 0, workersMax: 20 },
    ...{ targetSeconds: 60, without: [], outside: false },
  },
  vision: {
    ...{ slots: 2, cpu: 2, memoryGi: 4, diskGi: 20, workersMin: 0, workersMax: 20 },
    ...{ targetSeconds: 60, without: ['vision.classify'], outside: false },
    card: {
      ...{ cpu: 4, memoryGi: 16, workersMax: 4, without: ['vision.classify'] },
      models: ['yolox-nano-coco', 'ultraface-rfb-320'],
    },
  },
  // Starts only where a model is that one of its stages can open: `intermodal models pull`.
  'vision-models': {
    ...{ slots: 2, cpu: 2, memoryGi: 8, diskGi: 20, workersMin: 0, workersMax: 10 },
    ...{ targetSeconds: 60, without: [], outside: false },
    card: {
      ...{ cpu: 4, memoryGi: 24, workersMax: 4, without: [] },
      models: ['detr-resnet-50', 'smolvlm-256m-instruct'],
    },
  },
  text: {
    ...{ slots: 2, cpu: 2, memoryGi: 4, diskGi: 10, workersMin: 0, workersMax: 10 },
    ...{ targetSeconds: 60, without: ['text.chat', 'text.embed'], outside: false },
    card: {
      ...{ cpu: 4, memoryGi: 24, workersMax: 4, without: ['text.embed'] },
      models: ['qwen2.5-1.5b-instruct'],
    },
  },
};

export const POOL_PLANS: readonly PoolPlan[] = POOLS.map((pool) => ({ pool, ...PLANS[pool] }));
