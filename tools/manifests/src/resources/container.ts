import type { IContainer } from 'kubernetes-models/v1/Container';
import type { IEnvVar } from 'kubernetes-models/v1/EnvVar';
import type { IPodSpec } from 'kubernetes-models/v1/PodSpec';
import type { IVolume } from 'kubernetes-models/v1/Volume';
import {
  DATA_FOLDER,
  MODELS_CLAIM,
  MODELS_FOLDER,
  SECRETS,
  SECRETS_FOLDER,
  SETTINGS,
  STATUS_PORT,
  USER,
} from '../names.ts';

interface ContainerPlan {
  readonly name: string;
  readonly image: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
  /** Processors: asked for, and no more than that, because engines count them to choose their threads. */
  readonly cpu: number;
  readonly memory: string;
}

/** A container that may do nothing but what it is for: no root, no capability, no writing outside its folders. */
export const container = (plan: ContainerPlan, more: Partial<IContainer> = {}): IContainer => ({
  name: plan.name,
  image: plan.image,
  args: [...plan.args],
  envFrom: [{ configMapRef: { name: SETTINGS } }],
  env: [
    ...Object.entries(plan.env).map(([name, value]): IEnvVar => ({ name, value })),
    ...plan.secrets.map((name): IEnvVar => ({ name: `${name}_FILE`, value: `${SECRETS_FOLDER}/${name}` })),
  ],
  resources: {
    requests: { cpu: String(plan.cpu), memory: plan.memory },
    limits: { cpu: String(plan.cpu), memory: plan.memory },
  },
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  },
  volumeMounts: [
    { name: 'data', mountPath: DATA_FOLDER },
    { name: 'tmp', mountPath: '/tmp' },
    ...(plan.secrets.length > 0 ? [{ name: 'secrets', mountPath: SECRETS_FOLDER, readOnly: true }] : []),
  ],
  ...more,
});

export const podSecurity: Pick<
  IPodSpec,
  'securityContext' | 'automountServiceAccountToken' | 'enableServiceLinks'
> = {
  automountServiceAccountToken: false,
  enableServiceLinks: false,
  securityContext: {
    runAsNonRoot: true,
    runAsUser: USER,
    runAsGroup: USER,
    fsGroup: USER,
    fsGroupChangePolicy: 'OnRootMismatch',
    seccompProfile: { type: 'RuntimeDefault' },
  },
};

/** The weights, for pods that only read them. */
export const modelsMount = { name: 'models', mountPath: MODELS_FOLDER, readOnly: true };
export const modelsVolume: IVolume = {
  name: 'models',
  persistentVolumeClaim: { claimName: MODELS_CLAIM, readOnly: true },
};

/** What `container` mounts. */
export const volumes = (secrets: readonly string[], diskGi: number): IVolume[] => [
  { name: 'data', emptyDir: { sizeLimit: `${diskGi}Gi` } },
  { name: 'tmp', emptyDir: { sizeLimit: `${Math.ceil(diskGi / 4)}Gi` } },
  ...(secrets.length > 0
    ? [
        {
          name: 'secrets',
          secret: { secretName: SECRETS, items: secrets.map((key) => ({ key, path: key })) },
        },
      ]
    : []),
];

/** Probes of the status port. What it answers to `/livez` does not depend on Postgres or Redis. */
export const probes = (
  startSeconds: number,
): Pick<IContainer, 'ports' | 'startupProbe' | 'livenessProbe' | 'readinessProbe'> => {
  const get = (path: string) => ({ httpGet: { path, port: 'status' }, timeoutSeconds: 5 });
  return {
    ports: [{ name: 'status', containerPort: STATUS_PORT }],
    startupProbe: { ...get('/readyz'), periodSeconds: 2, failureThreshold: Math.ceil(startSeconds / 2) },
    livenessProbe: { ...get('/livez'), periodSeconds: 10, failureThreshold: 3 },
    readinessProbe: { ...get('/readyz'), periodSeconds: 5, failureThreshold: 2 },
  };
};

export const statusSettings = {
  INTERMODAL_HEALTH_HOST: '0.0.0.0',
  INTERMODAL_HEALTH_PORT: String(STATUS_PORT),
};

/** Not all on one machine or in one zone. */
export const spread = (labels: Record<string, string>): NonNullable<IPodSpec['topologySpreadConstraints']> =>
  ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'].map((topologyKey) => ({
    ...{ maxSkew: 1, topologyKey, whenUnsatisfiable: 'ScheduleAnyway' as const },
    labelSelector: { matchLabels: labels },
  }));
