import type { PipelineDocument } from '@intermodal/contracts';
import { PoolBacklog } from '@intermodal/contracts';
import type { IScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject';
import type { StageCatalogue } from '@intermodal/pipeline';
import type { IServiceSpec } from 'kubernetes-models/v1/ServiceSpec';
import type { IPodDisruptionBudgetSpec } from 'kubernetes-models/policy/v1/PodDisruptionBudgetSpec';
import { longestTaskMs } from '../longest-stage.ts';
import { POOL_PLANS } from '../pool-plans.ts';
import { selects, type Check, type Cluster, type Workload } from './cluster.ts';

/** What the status port of a process answers to whoever probes it. */
const PROBED = ['/livez', '/readyz'];

interface PoolWorkload extends Workload {
  readonly pool: string;
  readonly without: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** Per pool: who serves it with which stages, how long it may take to end, what probes it, and what scales it. */
export const poolsOf =
  (stages: StageCatalogue, documents: readonly PipelineDocument[]): Check =>
  (cluster) => {
    const pools = workloadsOfPools(cluster);
    const missing = POOL_PLANS.filter(
      ({ pool, chosenModels }) => !chosenModels && !pools.some((one) => one.pool === pool),
    );
    const everAwake = cluster
      .all<NonNullable<IScaledObject['spec']>>('ScaledObject')
      .some(({ spec }) => (spec.minReplicaCount ?? 0) > 0);
    return [
      ...missing.map(({ pool }) => `pool ${pool}: no Deployment serves it.`),
      ...(everAwake ? [] : ['No pool keeps a worker: nobody would sweep (decision 0033).']),
      ...pools.flatMap((one) => [
        ...graceFaults(one, longestTaskMs(one.pool, stages, documents)),
        ...probeFaults(one),
        ...stageFaults(one, stages),
        ...scalerFaults(one, cluster),
        ...budgetFaults(one, cluster),
      ]),
    ];
  };

export function workloadsOfPools(cluster: Cluster): PoolWorkload[] {
  return cluster.workloads.flatMap((workload) => {
    const container = workload.spec.containers[0]!;
    const [program, ...args] = container.args ?? [];
    if (program !== 'intermodal-worker') return [];
    const after = (option: string) => args.flatMap((arg, i) => (arg === option ? [args[i + 1] ?? ''] : []));
    const environment = cluster.environmentOf(container);
    return [{ ...workload, environment, pool: after('--pool')[0] ?? '', without: after('--without') }];
  });
}

function graceFaults({ name, spec, environment }: PoolWorkload, longestMs: number): string[] {
  const graceMs = (spec.terminationGracePeriodSeconds ?? 30) * 1_000;
  const drainMs = Number(environment['INTERMODAL_DRAIN_MS'] ?? 30_000);
  return [
    ...(drainMs > longestMs
      ? []
      : [`Deployment ${name}: it drains for ${drainMs} ms, and its longest task takes ${longestMs}.`]),
    ...(graceMs > drainMs
      ? []
      : [
          `Deployment ${name}: its grace period of ${graceMs} ms ends before it has drained (${drainMs} ms).`,
        ]),
  ];
}

function probeFaults({ name, spec, environment }: PoolWorkload): string[] {
  const container = spec.containers[0]!;
  return (['startupProbe', 'livenessProbe', 'readinessProbe'] as const).flatMap((kind) => {
    const get = container[kind]?.httpGet;
    if (!get) return [`Deployment ${name}: it has no ${kind}.`];
    const port =
      typeof get.port === 'number'
        ? get.port
        : container.ports?.find((one) => one.name === get.port)?.containerPort;
    return [
      ...(PROBED.includes(get.path ?? '')
        ? []
        : [`Deployment ${name}: ${kind} asks ${get.path}, which is no route.`]),
      ...(String(port) === environment['INTERMODAL_HEALTH_PORT']
        ? []
        : [
            `Deployment ${name}: ${kind} asks the port ${String(get.port)}, which is not INTERMODAL_HEALTH_PORT.`,
          ]),
    ];
  });
}

function stageFaults({ name, pool, without }: PoolWorkload, stages: StageCatalogue): string[] {
  const ofPool = [...stages.values()].filter((stage) => stage.pool === pool).map((stage) => stage.name);
  return without
    .filter((stage) => !ofPool.includes(stage))
    .map((stage) => `Deployment ${name}: --without ${stage}, which is no stage of ${pool}.`);
}

/** KEDA's own API has no types of what its triggers are told. */
interface MetricsApi {
  readonly url?: string;
  readonly valueLocation?: string;
  readonly targetValue?: string;
}

function scalerFaults({ name, pool, environment }: PoolWorkload, cluster: Cluster): string[] {
  const scalers = cluster
    .all<NonNullable<IScaledObject['spec']>>('ScaledObject')
    .filter(({ spec }) => spec.scaleTargetRef.name === name);
  if (scalers.length !== 1) return [`Deployment ${name}: ${scalers.length} ScaledObjects name it, not one.`];
  const [{ name: scaler, spec }] = scalers as [(typeof scalers)[0]];
  const trigger = spec.triggers[0]!;
  const { url = '', valueLocation = '', targetValue } = trigger.metadata as MetricsApi;
  const what = `ScaledObject ${scaler}`;
  if (!URL.canParse(url)) return [`${what}: '${url}' is no address.`];
  const { hostname, port, pathname, searchParams } = new URL(url);
  const [service, namespace] = hostname.split('.');
  const of = cluster.resources.find(
    ({ kind, metadata }) =>
      kind === 'Service' && metadata.name === service && metadata.namespace === namespace,
  );
  const faults: string[] = [];
  if (trigger.type !== 'metrics-api')
    faults.push(`${what}: its trigger is ${trigger.type}, not metrics-api.`);
  if (!of) faults.push(`${what}: there is no Service ${hostname}.`);
  else if (!reachesStatusPort(of['spec'] as IServiceSpec, Number(port), cluster))
    faults.push(`${what}: port ${port} of ${hostname} is not the status port of the API.`);
  if (pathname !== `/internal/pools/${pool}/backlog`)
    faults.push(`${what}: ${pathname} is not the backlog of ${pool}.`);
  if (!Object.hasOwn(PoolBacklog.shape, valueLocation))
    faults.push(`${what}: the answer has no '${valueLocation}'.`);
  else if (valueLocation === 'desiredWorkers' && targetValue !== '1')
    faults.push(`${what}: desiredWorkers counts workers, so its targetValue is 1, not ${targetValue}.`);
  if (searchParams.get('slotsPerWorker') !== (environment['INTERMODAL_SLOTS'] ?? '2'))
    faults.push(
      `${what}: it asks for workers of ${searchParams.get('slotsPerWorker')} slots, which they do not have.`,
    );
  return faults;
}

function reachesStatusPort({ selector, ports }: IServiceSpec, port: number, cluster: Cluster): boolean {
  const target = ports?.find((one) => one.port === port)?.targetPort;
  return cluster.workloads.some(({ labels, spec }) => {
    if (!selector || !selects({ matchLabels: selector }, labels)) return false;
    const container = spec.containers[0]!;
    const number = container.ports?.find((one) => one.name === target)?.containerPort ?? target;
    return String(number) === cluster.environmentOf(container)['INTERMODAL_HEALTH_PORT'];
  });
}

function budgetFaults({ name, labels }: PoolWorkload, cluster: Cluster): string[] {
  const budgets = cluster
    .all<IPodDisruptionBudgetSpec>('PodDisruptionBudget')
    .filter(({ spec }) => selects(spec.selector as Parameters<typeof selects>[0], labels));
  return budgets.length === 1
    ? []
    : [`Deployment ${name}: ${budgets.length} PodDisruptionBudgets select it, not one.`];
}
