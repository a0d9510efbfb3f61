import type { StageCatalogue } from '@intermodal/pipeline';
import type { Images } from './images.ts';
import { leftOut } from './left-out.ts';
import { MODELS_CLAIM, MODELS_FOLDER, poolComponent } from './names.ts';
import type { PoolPlan } from './pool-plans.ts';
import { modelsMount, modelsVolume } from './resources/container.ts';
import { poolArgs } from './resources/pool.ts';

/** A part of a resource that kustomize lays over the whole. */
export type Patch = Readonly<Record<string, unknown>>;

const deployment = (plan: PoolPlan, spec: object): Patch => ({
  ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: poolComponent(plan.pool) } },
  spec: { template: { spec } },
});
const scaler = (plan: PoolPlan, spec: object): Patch => ({
  apiVersion: 'keda.sh/v1alpha1',
  kind: 'ScaledObject',
  metadata: { name: poolComponent(plan.pool) },
  spec,
});

/** To try it, on a cluster of one machine: one processor for each worker, two workers of a pool at most. */
export function small(plan: PoolPlan): Patch[] {
  const resources = { cpu: '1', memory: '2Gi' };
  return [
    deployment(plan, {
      containers: [{ name: 'worker', resources: { requests: resources, limits: resources } }],
    }),
    scaler(plan, { maxReplicaCount: 2 }),
  ];
}

/** On one machine nobody else mounts the weights. */
export const smallModels: Patch = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: MODELS_CLAIM },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '5Gi' } } },
};

/** A pool whose engines use a card: one card for each worker, and the models that the processors alone are too slow for. */
export function gpu(plan: PoolPlan, images: Images, stages: StageCatalogue): Patch[] {
  const { card } = plan;
  if (card === undefined) return [];
  const resources = { cpu: String(card.cpu), memory: `${card.memoryGi}Gi` };
  const cards = { 'nvidia.com/gpu': '1' };
  return [
    deployment(plan, {
      tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }],
      containers: [
        {
          ...{
            name: 'worker',
            image: images.cuda,
            args: poolArgs(plan.pool, leftOut(plan.pool, card.lacks, stages)),
          },
          env: [
            { name: 'INTERMODAL_DEVICE', value: 'cuda' },
            { name: 'INTERMODAL_MODEL_DIR', value: MODELS_FOLDER },
          ],
          resources: { requests: { ...resources, ...cards }, limits: { ...resources, ...cards } },
          volumeMounts: [modelsMount],
        },
      ],
      volumes: [modelsVolume],
    }),
    scaler(plan, { maxReplicaCount: card.workersMax }),
  ];
}
