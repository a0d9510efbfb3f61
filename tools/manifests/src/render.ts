import type { PipelineDocument } from '@intermodal/contracts';
import type { StageCatalogue } from '@intermodal/pipeline';
import { stringify } from 'yaml';
import { imagesOf } from './images.ts';
import { leftOut } from './left-out.ts';
import { longestTaskMs } from './longest-stage.ts';
import { NAMESPACE, poolComponent, SETTINGS } from './names.ts';
import { gpu, small, smallModels, type Patch } from './overlays.ts';
import { POOL_PLANS, type PoolPlan } from './pool-plans.ts';
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
  const resourcesOf = (plan: PoolPlan): readonly Resource[] =>
    pool(plan, {
      images,
      longestTaskMs: longestTaskMs(plan.pool, stages, documents),
      without: leftOut(plan.pool, plan.lacks, stages),
    });
  const inBase = POOL_PLANS.filter(({ chosenModels }) => !chosenModels);
  const byChoice = POOL_PLANS.filter(({ chosenModels }) => chosenModels);
  const withCard = POOL_PLANS.filter(({ card }) => card);
  const base: Record<string, readonly Resource[]> = {
    'namespace.yaml': namespace(),
    'network.yaml': network(),
    'migrate.yaml': migrate(images, version),
    'models.yaml': models(images, [...new Set(POOL_PLANS.flatMap((plan) => plan.models))], version),
    'api.yaml': api(images),
    'pod-costs.yaml': podCosts(images),
    ...Object.fromEntries(inBase.map((plan) => [`${poolComponent(plan.pool)}.yaml`, resourcesOf(plan)])),
  };
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
    ...Object.assign(
      {},
      ...byChoice.map((plan) =>
        under(`components/${plan.pool}`, {
          [`${poolComponent(plan.pool)}.yaml`]: yamlOf(resourcesOf(plan)),
          'kustomization.yaml': kustomization('Component', {
            resources: [`${poolComponent(plan.pool)}.yaml`],
          }),
        }),
      ),
    ),
    ...under('overlays/small', {
      ...patchFiles([['models', [smallModels]], ...inBase.map((plan) => [plan.pool, small(plan)] as const)]),
      'kustomization.yaml': kustomization('Kustomization', {
        resources: ['../../base'],
        patches: ['models', ...inBase.map(({ pool }) => pool)].map((name) => ({ path: `${name}.yaml` })),
      }),
    }),
    ...under('overlays/gpu', {
      ...patchFiles(withCard.map((plan) => [plan.pool, gpu(plan, images, stages)])),
      'kustomization.yaml': kustomization('Kustomization', {
        resources: ['../../base'],
        components: ['monitoring', ...byChoice.map(({ pool }) => pool)].map(
          (name) => `../../components/${name}`,
        ),
        patches: withCard.map(({ pool }) => ({ path: `${pool}.yaml` })),
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
