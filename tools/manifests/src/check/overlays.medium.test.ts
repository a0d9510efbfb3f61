import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadShippedPipelines, loadShippedStages } from '@intermodal/stages';
import type { IPodSpec } from 'kubernetes-models/v1/PodSpec';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { POOL_PLANS } from '../pool-plans.ts';
import { checkCluster } from './check-cluster.ts';
import { Cluster, type Resource } from './cluster.ts';
import { workloadsOfPools } from './pools.ts';
import { FOLDER, resourcesOf } from './read-base.testing.ts';

const kustomize = (folder: string): Resource[] =>
  resourcesOf(execFileSync('kubectl', ['kustomize', folder], { encoding: 'utf8', stdio: 'pipe' }));

const hasKubectl = (() => {
  try {
    execFileSync('kubectl', ['kustomize', '--help'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

let known: Parameters<typeof checkCluster>[1];
beforeAll(async () => {
  known = { stages: await loadShippedStages(), documents: await loadShippedPipelines() };
});
const scratch = mkdtempSync(join(tmpdir(), 'intermodal-k8s-'));
afterAll(() => rmSync(scratch, { recursive: true }));

// Where there is no kubectl the base is looked at without it: check-cluster.test.ts.
describe.skipIf(!hasKubectl)('kubectl kustomize', () => {
  it.each(['base', 'overlays/small', 'overlays/gpu'])('%s has no fault', (folder) => {
    const resources = kustomize(join(FOLDER, folder));
    expect(checkCluster(resources, known)).toEqual([]);
    const names = resources.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(new Set(names).size).toBe(names.length);
  });

  it('small asks for little, and keeps what each pool needs', () => {
    const pools = workloadsOfPools(new Cluster(kustomize(join(FOLDER, 'overlays/small'))));
    const inBase = POOL_PLANS.filter(({ chosenModels }) => !chosenModels);
    expect(pools.map(({ pool }) => pool).sort()).toEqual(inBase.map(({ pool }) => pool).sort());
    for (const { spec } of pools) expect(spec.containers[0]!.resources?.requests).toMatchObject({ cpu: '1' });
  });

  it('gpu gives a card to the pools whose engines use one, with the models, and to no other', () => {
    const cluster = new Cluster(kustomize(join(FOLDER, 'overlays/gpu')));
    const cards = workloadsOfPools(cluster).flatMap(({ pool, spec, environment }) => {
      const { image, resources } = spec.containers[0]!;
      return resources?.limits?.['nvidia.com/gpu'] === undefined
        ? []
        : [
            {
              pool,
              device: environment['INTERMODAL_DEVICE'],
              image: image!.split(':')[0],
              claim: claimOf(spec),
            },
          ];
    });
    expect(cards.sort((a, b) => a.pool.localeCompare(b.pool))).toEqual(
      ['text', 'vision', 'vision-models'].map((pool) => ({
        ...{ pool, device: 'cuda', image: 'intermodal/workers-cuda', claim: 'intermodal-models' },
      })),
    );
    const jobs = ['PodMonitor', 'ServiceMonitor'].flatMap((kind) => cluster.all<{ jobLabel: string }>(kind));
    expect(jobs.map(({ spec }) => spec.jobLabel)).toEqual([
      'app.kubernetes.io/name',
      'app.kubernetes.io/name',
    ]);
    expect(cluster.all<{ groups: unknown[] }>('PrometheusRule')[0]!.spec.groups.length).toBeGreaterThan(0);
  });

  it('takes the settings, images and addresses of whoever installs it', () => {
    cpSync(FOLDER, join(scratch, 'k8s'), { recursive: true });
    const own = join(scratch, 'k8s', 'overlays', 'own');
    mkdirSync(own);
    writeFileSync(join(own, 'kustomization.yaml'), documentedOverlay());
    writeFileSync(join(own, 'settings.env'), 'S3_BUCKET=films\nS3_ENDPOINT=https://s3.example.com\n');
    const resources = kustomize(own);
    expect(checkCluster(resources, known)).toEqual([]);
    const cluster = new Cluster(resources);
    const { spec } = workloadsOfPools(cluster)[0]!;
    const environment = cluster.environmentOf(spec.containers[0]!);
    expect(environment).toMatchObject({ S3_BUCKET: 'films', S3_REGION: 'us-east-1' });
    expect(spec.containers[0]!.image).toBe('registry.example.com/workers-cpu:1.2.3');
    const policies = cluster.all<{ egress: unknown }>('NetworkPolicy');
    expect(policies.find(({ name }) => name === 'to-postgres')!.spec.egress).toEqual([
      { to: [{ ipBlock: { cidr: '10.20.0.5/32' } }], ports: [{ protocol: 'TCP', port: 5432 }] },
    ]);
  });
});

/** As docs/kubernetes.md shows it. */
function documentedOverlay(): string {
  const page = readFileSync(join(FOLDER, '..', '..', 'docs', 'kubernetes.md'), 'utf8');
  const marked = /<!-- executed by tools\/manifests\S+ -->\s*```yaml\n(.*?)```/s.exec(page);
  return marked![1]!;
}

const claimOf = (spec: IPodSpec) =>
  spec.volumes?.find(({ name }) => name === 'models')?.persistentVolumeClaim?.claimName;
