import type { Images } from './images.ts';
import { MODELS_CLAIM, poolComponent } from './names.ts';
import type { PoolPlan } from './pool-plans.ts';
import { MODELS_FOLDER } from './resources/models.ts';
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

/** To try it, on a cluster of one or two machines: one processor for each worker, two workers of a pool at most. */
export function small(plan: PoolPlan): Patch[] {
  const resources = { cpu: '1', memory: '2Gi' };
  return [
    deployment(plan, {
      containers: [{ name: 'worker', resources: { requests: resources, limits: resources } }],
    }),
    scaler(plan, { maxReplicaCount: 2 }),
  ];
}

/** A pool whose engines use a card: one card for each worker, and the models that the processors alone are too slow for. */
export function gpu(plan: PoolPlan, images: Images): Patch[] {
  const { card } = plan;
  if (card === undefined) return [];
  const resources = { cpu: String(card.cpu), memory: `${card.memoryGi}Gi` };
  const cards = { 'nvidia.com/gpu': '1' };
  return [
    deployment(plan, {
      tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }],
      containers: [
        {
          ...{ name: 'worker', image: images.cuda, args: poolArgs(plan.pool, card.without) },
          env: [
            { name: 'INTERMODAL_DEVICE', value: 'cuda' },
            { name: 'INTERMODAL_MODEL_DIR', value: MODELS_FOLDER },
          ],
          resources: { requests: { ...resources, ...cards }, limits: { ...resources, ...cards } },
          volumeMounts: [{ name: 'models', mountPath: MODELS_FOLDER, readOnly: true }],
        },
      ],
      volumes: [{ name: 'models', persistentVolumeClaim: { claimName: MODELS_CLAIM, readOnly: true } }],
    }),
    scaler(plan, { maxReplicaCount: card.workersMax }),
  ];
}
