import { loadShippedPipelines, loadShippedStages } from '@intermodal/stages';
import { beforeAll, describe, expect, it, test } from 'vitest';
import { checkCluster } from './check-cluster.ts';
import type { Resource } from './cluster.ts';
import { readBase } from './read-base.testing.ts';

let known: Parameters<typeof checkCluster>[1];
beforeAll(async () => {
  known = { stages: await loadShippedStages(), documents: await loadShippedPipelines() };
});

type Planted = (find: (kind: string, name: string) => any, all: Resource[]) => void;
const worker = (find: Parameters<Planted>[0], pool = 'speech') =>
  find('Deployment', `pool-${pool}`).spec.template.spec;
const variable = (find: Parameters<Planted>[0], name: string) =>
  worker(find).containers[0].env.find((one: { name: string }) => one.name === name);
const trigger = (find: Parameters<Planted>[0]) =>
  find('ScaledObject', 'pool-speech').spec.triggers[0].metadata;

test('what is committed has no fault', () => {
  expect(checkCluster(readBase(), known)).toEqual([]);
});

describe('a fault is named:', () => {
  const faults: Record<string, [Planted, RegExp]> = {
    'a field of another type': [
      (find) => (worker(find).containers[0].resources.limits.cpu = true),
      /Deployment pool-speech: .*cpu must be/,
    ],
    'a kind without a schema': [
      (_, all) => void all.push({ apiVersion: 'v2', kind: 'Thing', metadata: { name: 'x' } }),
      /Thing x: there is no schema/,
    ],
    'a secret that is written down': [
      (_, all) => void all.push({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x' } }),
      /Secret x: not to be among/,
    ],
    'a variable that is no setting': [
      (find) => (variable(find, 'INTERMODAL_SLOTS').name = 'INTERMODAL_SLOT'),
      /INTERMODAL_SLOT is not a setting/,
    ],
    'a value that a setting refuses': [
      (find) => (variable(find, 'INTERMODAL_SLOTS').value = 'two'),
      /INTERMODAL_SLOTS is 'two'/,
    ],
    'a setting that is needed and left out': [
      (find) => (variable(find, 'DATABASE_URL_FILE').value = ''),
      /DATABASE_URL is not set/,
    ],
    'a secret that no volume has': [
      (find) =>
        void worker(find)
          .volumes.find((one: any) => one.name === 'secrets')
          .secret.items.shift(),
      /DATABASE_URL_FILE names .* cannot be read \(no volume has it\)/,
    ],
    'a secret in the environment': [
      (find) => void worker(find).containers[0].env.push({ name: 'S3_SECRET_ACCESS_KEY', value: 'x' }),
      /S3_SECRET_ACCESS_KEY is a secret/,
    ],
    'a program that no image has': [
      (find) => (worker(find).containers[0].args[0] = 'intermodal-workers'),
      /not a program of our images/,
    ],
    'a pool that nobody serves': [
      (find) => (worker(find).containers[0].args = ['intermodal-worker', '--pool', 'media']),
      /pool speech: no Deployment serves it/,
    ],
    'a stage that there is not': [
      (find) => void worker(find).containers[0].args.push('--without', 'speech.sing'),
      /--without speech.sing/,
    ],
    'a drain that is shorter than the longest task': [
      (find) => (variable(find, 'INTERMODAL_DRAIN_MS').value = '600000'),
      /drains for 600000 ms, and its longest task takes 600000/,
    ],
    'a grace period that is shorter than the drain': [
      (find) => (worker(find).terminationGracePeriodSeconds = 30),
      /grace period of 30000 ms ends before/,
    ],
    'an API that is gone before everybody knows': [
      (find) =>
        (find('Deployment', 'api').spec.template.spec.containers[0].env.find(
          (one: { name: string }) => one.name === 'INTERMODAL_LAMEDUCK_MS',
        ).value = '1000'),
      /Deployment api: it stops listening after 1000 ms/,
    ],
    'an API that has no time to leave': [
      (find) => (find('Deployment', 'api').spec.template.spec.terminationGracePeriodSeconds = 40),
      /Deployment api: its grace period of 40000 ms ends before it has left \(40000 ms\)/,
    ],
    'a probe of no route': [
      (find) => (worker(find).containers[0].livenessProbe.httpGet.path = '/healthz'),
      /livenessProbe asks \/healthz/,
    ],
    'a probe of another port': [
      (find) => (worker(find).containers[0].readinessProbe.httpGet.port = 4646),
      /readinessProbe asks the port 4646/,
    ],
    'no probe': [(find) => delete worker(find).containers[0].startupProbe, /has no startupProbe/],
    'a pool without a scaler': [
      (find) => (find('ScaledObject', 'pool-speech').spec.scaleTargetRef.name = 'pool-media'),
      /pool-speech: 0 ScaledObjects/,
    ],
    'a scaler that asks for another pool': [
      (find) => (trigger(find).url = trigger(find).url.replace('speech', 'vision')),
      /is not the backlog of speech/,
    ],
    'a scaler that asks the public Service': [
      (find) => (trigger(find).url = trigger(find).url.replace('api-status', 'api')),
      /is not the status port/,
    ],
    'a scaler that asks another namespace': [
      (find) => (trigger(find).url = trigger(find).url.replace('.intermodal.', '.default.')),
      /there is no Service api-status.default.svc/,
    ],
    'a scaler that takes what is not answered': [
      (find) => (trigger(find).valueLocation = 'workers.wanted'),
      /the answer has no 'workers.wanted'/,
    ],
    'a scaler that counts in other units': [
      (find) => (trigger(find).targetValue = '60'),
      /targetValue is 1, not 60/,
    ],
    'a scaler that takes workers for larger than they are': [
      (find) => (variable(find, 'INTERMODAL_SLOTS').value = '1'),
      /workers of 2 slots, which they do not have/,
    ],
    'no pool that stays awake': [
      (find) => (find('ScaledObject', 'pool-media').spec.minReplicaCount = 0),
      /nobody would sweep/,
    ],
    'a pool without a disruption budget': [
      (find) => (find('PodDisruptionBudget', 'pool-speech').spec.selector.matchLabels = { a: 'b' }),
      /pool-speech: 0 PodDisruptionBudgets/,
    ],
    'a container that runs as root': [
      (find) => (worker(find).securityContext.runAsUser = 0),
      /does not run as the user/,
    ],
    'a root that can be written': [
      (find) => (worker(find).containers[0].securityContext.readOnlyRootFilesystem = false),
      /its root can be written/,
    ],
    'a worker with a service account': [
      (find) => (worker(find).automountServiceAccountToken = true),
      /has the token of a service account/,
    ],
    'a mount of no volume': [(find) => void worker(find).volumes.shift(), /mounts data, which is no volume/],
    'no limits': [(find) => delete worker(find).containers[0].resources.limits, /has no limits/],
    'a network where everything is allowed': [
      (find) => (find('NetworkPolicy', 'nothing').spec.egress = [{}]),
      /No NetworkPolicy denies everything[\s\S]*nothing lets it reach everything/,
    ],
    'pods that a policy forgets': [
      (find) => (find('NetworkPolicy', 'to-postgres').spec.podSelector = { matchLabels: { a: 'b' } }),
      /pool-speech: to-postgres leaves it out/,
    ],
    'rights for a whole cluster': [
      (_, all) =>
        void all.push({
          apiVersion: 'rbac.authorization.k8s.io/v1',
          kind: 'ClusterRole',
          metadata: { name: 'x' },
        }),
      /ClusterRole x: not to be among/,
    ],
  };
  it.each(Object.entries(faults))('%s', (_, [plant, sentence]) => {
    const resources = readBase();
    plant(
      (kind, name) => resources.find((one) => one.kind === kind && one.metadata.name === name)!,
      resources,
    );
    expect(checkCluster(resources, known).join('\n')).toMatch(sentence);
  });
});
