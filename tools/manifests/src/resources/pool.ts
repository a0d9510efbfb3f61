import { ScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import type { Images } from '../images.ts';
import {
  labelsOf,
  MODELS_FOLDER,
  NAMESPACE,
  OUTSIDE_LABEL,
  POOL_LABEL,
  poolComponent,
  STATUS_PORT,
  STATUS_SERVICE,
} from '../names.ts';
import type { PoolPlan } from '../pool-plans.ts';
import { SECRETS_OF } from '../settings.ts';
import {
  container,
  modelsMount,
  modelsVolume,
  podSecurity,
  probes,
  spread,
  statusSettings,
  volumes,
} from './container.ts';

/** To hand in what it has, and to close its models, after the last task. */
const CLOSING_SECONDS = 60;

/** How long a worker finishes what it has begun: its longest task, with the files of it. */
export const drainSeconds = (longestTaskMs: number): number => Math.ceil(longestTaskMs / 1_000) + 60;

export const poolArgs = (pool: string, without: readonly string[]): string[] => [
  'intermodal-worker',
  ...['--pool', pool],
  ...without.flatMap((stage) => ['--without', stage]),
];

/** Where KEDA asks, and what of the answer it takes. */
export const scalerAddress = ({ pool, targetSeconds, slots }: PoolPlan): string =>
  `http://${STATUS_SERVICE}.${NAMESPACE}.svc:${STATUS_PORT}/internal/pools/${pool}/backlog?targetSeconds=${targetSeconds}&slotsPerWorker=${slots}`;
export const SCALER_VALUE = 'desiredWorkers';

export interface PoolPlace {
  readonly images: Images;
  readonly longestTaskMs: number;
  /** Stages that its workers do not serve. */
  readonly without: readonly string[];
}

export function pool(plan: PoolPlan, { images, longestTaskMs, without }: PoolPlace) {
  const name = poolComponent(plan.pool);
  const labels = labelsOf(name);
  const podLabels = { ...labels, [POOL_LABEL]: plan.pool, ...(plan.outside && { [OUTSIDE_LABEL]: 'true' }) };
  const secrets = plan.outside ? SECRETS_OF.teller : SECRETS_OF.worker;
  const drain = drainSeconds(longestTaskMs);
  const withModels = plan.models.length > 0 || plan.chosenModels === true;
  const own = {
    ...statusSettings,
    INTERMODAL_MODE: 'cluster',
    INTERMODAL_SLOTS: String(plan.slots),
    INTERMODAL_DEVICE: 'cpu',
    INTERMODAL_DRAIN_MS: String(drain * 1_000),
    ...(withModels && { INTERMODAL_MODEL_DIR: MODELS_FOLDER }),
  };
  const program = container(
    {
      ...{ name: 'worker', image: images.cpu, args: poolArgs(plan.pool, without), env: own, secrets },
      ...{ cpu: plan.cpu, memory: `${plan.memoryGi}Gi` },
    },
    probes(300),
  );
  return [
    new Deployment({
      metadata: { name, labels },
      spec: {
        // No number of replicas: KEDA says it, and applying this again must not say another one.
        selector: { matchLabels: labels },
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
        template: {
          metadata: { labels: podLabels },
          spec: {
            ...podSecurity,
            // SIGTERM drains: no hook is needed before it.
            terminationGracePeriodSeconds: drain + CLOSING_SECONDS,
            topologySpreadConstraints: spread(labels),
            containers: [
              withModels ? { ...program, volumeMounts: [...program.volumeMounts!, modelsMount] } : program,
            ],
            volumes: [...volumes(secrets, plan.diskGi), ...(withModels ? [modelsVolume] : [])],
          },
        },
      },
    }),
    new ScaledObject({
      metadata: { name, labels },
      spec: {
        scaleTargetRef: { name },
        pollingInterval: 15,
        cooldownPeriod: 300,
        minReplicaCount: plan.workersMin,
        maxReplicaCount: plan.workersMax,
        advanced: {
          horizontalPodAutoscalerConfig: {
            behavior: {
              scaleUp: {
                stabilizationWindowSeconds: 0,
                policies: [
                  { type: 'Percent', value: 100, periodSeconds: 15 },
                  { type: 'Pods', value: 4, periodSeconds: 15 },
                ],
              },
              scaleDown: {
                stabilizationWindowSeconds: 300,
                policies: [{ type: 'Percent', value: 50, periodSeconds: 60 }],
              },
            },
          },
        },
        triggers: [
          {
            type: 'metrics-api',
            metadata: {
              url: scalerAddress(plan),
              valueLocation: SCALER_VALUE,
              targetValue: '1',
              activationTargetValue: '0',
            },
          },
        ],
      },
    }),
    new PodDisruptionBudget({
      metadata: { name, labels },
      spec: {
        maxUnavailable: 1,
        selector: { matchLabels: labels },
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
      },
    }),
  ];
}
