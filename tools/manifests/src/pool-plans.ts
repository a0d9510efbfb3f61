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
  /** Capabilities that nothing serves without a model of one's choice; stages that need one are left out. */
  readonly lacks: readonly string[];
  /** Of the catalogue, and pulled by a Job: what its engines do not start without. */
  readonly models: readonly string[];
  /** All that it serves needs models that whoever installs it chooses: it is a component of its own, not of the base. */
  readonly chosenModels?: true;
  /** Reaches addresses of users: files to fetch, webhooks to tell. */
  readonly outside: boolean;
  /** What is different with a graphics card; left out where none of its engines uses one. */
  readonly card?: {
    readonly cpu: number;
    readonly memoryGi: number;
    readonly workersMax: number;
    readonly lacks: readonly string[];
  };
}

/**
 * The pools, as they are sized where nobody knows better. `media` needs no card and reaches outside, so it is the one that
 * never goes to zero: what any worker sees to (decision 0033) is seen to.
 */
const PLANS: { readonly [P in PoolName]: Omit<PoolPlan, 'pool'> } = {
  media: {
    ...{ slots: 2, cpu: 2, memoryGi: 4, diskGi: 40, workersMin: 1, workersMax: 10 },
    ...{ targetSeconds: 60, lacks: [], models: [], outside: true },
  },
  speech: {
    ...{ slots: 2, cpu: 2, memoryGi: 4, diskGi: 20, workersMin: 0, workersMax: 20 },
    ...{ targetSeconds: 60, lacks: [], models: [], outside: false },
  },
  vision: {
    ...{ slots: 2, cpu: 2, memoryGi: 4, diskGi: 20, workersMin: 0, workersMax: 20 },
    ...{ targetSeconds: 60, lacks: ['ImageClassifier'], outside: false },
    models: ['yolox-nano-coco', 'ultraface-rfb-320'],
    card: { cpu: 4, memoryGi: 16, workersMax: 4, lacks: ['ImageClassifier'] },
  },
  'vision-models': {
    ...{ slots: 2, cpu: 4, memoryGi: 8, diskGi: 20, workersMin: 0, workersMax: 10 },
    ...{ targetSeconds: 60, lacks: [], models: [], outside: false },
    chosenModels: true,
    card: { cpu: 4, memoryGi: 24, workersMax: 4, lacks: [] },
  },
  text: {
    ...{ slots: 2, cpu: 2, memoryGi: 4, diskGi: 10, workersMin: 0, workersMax: 10 },
    ...{ targetSeconds: 60, lacks: ['TextGenerator', 'TextEmbedder'], models: [], outside: false },
    card: { cpu: 4, memoryGi: 24, workersMax: 4, lacks: ['TextEmbedder'] },
  },
};

export const POOL_PLANS: readonly PoolPlan[] = POOLS.map((pool) => ({ pool, ...PLANS[pool] }));
