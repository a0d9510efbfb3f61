import type { PipelineDocument } from '@intermodal/contracts';
import type { StageCatalogue } from '@intermodal/pipeline';
import { stringify } from 'yaml';
import { imagesOf } from './images.ts';
import { longestTaskMs } from './longest-stage.ts';
import { NAMESPACE, poolComponent, SETTINGS } from './names.ts';
import { gpu, small, type Patch } from './overlays.ts';
import { POOL_PLANS } from './pool-plans.ts';
import { api } from './resources/api.ts';
import { migrate } from './resources/migrate.ts';
import { models } from './resources/models.ts';
import { monitoring, type AlertGroups } from './resources/monitoring.ts';
import { namespace } from './resources/namespace.ts';
import { network } from './resources/network.ts';
import { podCosts } from './resources/pod-costs.ts';
import { pool } from './resources/pool.ts';
import { COMMON_SETTINGS, SECRET_EXAMPLES } from './settings.ts';

export interface RenderInput {
  readonly version: string;
  readonly stages: StageCatalogue;
  readonly documents: readonly PipelineDocument[];
  /** Left out where there are none. */
  readonly alerts: AlertGroups | undefined;
}

/** Knows what it may say. */
interface Resource {
  validate(): void;
  toJSON(): unknown;
}

/** In every file that is rendered. */
export const NOTE = 'Rendered by tools/manifests. Change that, then run: npm run manifests';

/** Every file below infra/k8s, by path. Throws where a resource is not as its schema wants it. */
export function render({ version, stages, documents, alerts }: RenderInput): Record<string, string> {
  const images = imagesOf(version);
  const base: Record<string, readonly Resource[]> = {
    'namespace.yaml': namespace(),
    'network.yaml': network(),
    'migrate.yaml': migrate(images, version),
    'api.yaml': api(images),
    'pod-costs.yaml': podCosts(images),
    ...Object.fromEntries(
      POOL_PLANS.map((plan) => [
        `${poolComponent(plan.pool)}.yaml`,
        pool(plan, longestTaskMs(plan.pool, stages, documents), images),
      ]),
    ),
  };
  const cardModels = POOL_PLANS.flatMap(({ card }) => card?.models ?? []);
  return {
    ...under('base', {
      ...Object.fromEntries(Object.entries(base).map(([name, resources]) => [name, yamlOf(resources)])),
      'settings.env': `# ${NOTE}\n${lines(COMMON_SETTINGS)}`,
      'secrets.env.example': `# ${NOTE}\n# Copy it to secrets.env, fill that in, and give it to kubectl: docs/kubernetes.md\n${lines(SECRET_EXAMPLES)}`,
      'kustomization.yaml': kustomization('Kustomization', {
        namespace: NAMESPACE,
        resources: Object.keys(base),
        configMapGenerator: [{ name: SETTINGS, envs: ['settings.env'] }],
      }),
    }),
    ...under('components/monitoring', {
      'monitoring.yaml': yamlOf(monitoring(alerts)),
      'kustomization.yaml': kustomization('Component', { resources: ['monitoring.yaml'] }),
    }),
    ...under('overlays/small', {
      ...patchFiles(POOL_PLANS.map((plan) => [plan.pool, small(plan)])),
      'kustomization.yaml': kustomization('Kustomization', {
        resources: ['../../base'],
        patches: [...POOL_PLANS.map(({ pool }) => ({ path: `${pool}.yaml` }))],
      }),
    }),
    ...under('overlays/gpu', {
      'models.yaml': yamlOf(models(images, cardModels, version)),
      ...patchFiles(POOL_PLANS.filter(({ card }) => card).map((plan) => [plan.pool, gpu(plan, images)])),
      'kustomization.yaml': kustomization('Kustomization', {
        namespace: NAMESPACE,
        resources: ['../../base', 'models.yaml'],
        components: ['../../components/monitoring'],
        patches: [...POOL_PLANS.filter(({ card }) => card).map(({ pool }) => ({ path: `${pool}.yaml` }))],
      }),
    }),
  };
}

const under = (folder: string, files: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]));

const lines = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');

const kustomization = (kind: 'Kustomization' | 'Component', content: object): string =>
  document({
    apiVersion: `kustomize.config.k8s.io/${kind === 'Component' ? 'v1alpha1' : 'v1beta1'}`,
    kind,
    ...content,
  });

const patchFiles = (patches: readonly (readonly [string, readonly Patch[]])[]): Record<string, string> =>
  Object.fromEntries(patches.map(([name, of]) => [`${name}.yaml`, of.map(document).join('---\n')]));

function yamlOf(resources: readonly Resource[]): string {
  for (const resource of resources) resource.validate();
  return resources.map((resource, index) => document(resource.toJSON(), index)).join('---\n');
}

const document = (value: unknown, index = 0): string =>
  `${index === 0 ? `# ${NOTE}\n` : ''}${stringify(value, { lineWidth: 0, aliasDuplicateObjects: false })}`;
