import type { INetworkPolicySpec } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicySpec';
import { USER } from '../names.ts';
import { selects, type Check, type Labels, type Workload } from './cluster.ts';

/** The one process that may ask the cluster's API. */
const WITH_ACCOUNT = 'pod-costs';

/** No process may more than it needs, on its machine and in the network. */
export const rights: Check = (cluster) => [
  ...cluster.workloads.flatMap(securityFaults),
  ...networkFaults(cluster.all<INetworkPolicySpec>('NetworkPolicy'), cluster.workloads),
  ...cluster.resources
    .filter(({ kind }) => kind === 'Secret' || kind.startsWith('ClusterRole'))
    .map(({ kind, metadata }) => `${kind} ${metadata.name}: not to be among what is committed.`),
];

function securityFaults({ kind, name, spec }: Workload): string[] {
  const pod = spec.securityContext;
  const faults = [
    ...(pod?.runAsNonRoot === true && pod.runAsUser === USER ? [] : [`it does not run as the user ${USER}`]),
    ...(pod?.seccompProfile?.type === 'RuntimeDefault' ? [] : ['it has no seccomp profile']),
    ...(spec.automountServiceAccountToken === (name === WITH_ACCOUNT)
      ? []
      : ['it has the token of a service account, or lacks it']),
    ...(spec.containers ?? []).flatMap(({ securityContext: own, resources, volumeMounts = [] }) => [
      ...(own?.readOnlyRootFilesystem === true ? [] : ['its root can be written']),
      ...(own?.allowPrivilegeEscalation === false ? [] : ['it may gain rights']),
      ...(own?.capabilities?.drop?.includes('ALL') ? [] : ['it keeps capabilities']),
      ...(resources?.limits?.['cpu'] && resources.limits['memory'] ? [] : ['it has no limits']),
      ...volumeMounts
        .filter(({ name: volume }) => !spec.volumes?.some((one) => one.name === volume))
        .map(({ name: volume }) => `it mounts ${volume}, which is no volume`),
    ]),
  ];
  return faults.map((fault) => `${kind} ${name}: ${fault}.`);
}

function networkFaults(
  policies: readonly { readonly name: string; readonly spec: INetworkPolicySpec }[],
  workloads: readonly Workload[],
): string[] {
  const deniesAll = policies.some(
    ({ spec }) =>
      Object.keys(spec.podSelector ?? {}).length === 0 &&
      spec.policyTypes?.length === 2 &&
      !spec.ingress?.length &&
      !spec.egress?.length,
  );
  const reaching = (labels: Labels) =>
    policies
      .filter(
        ({ spec }) =>
          spec.egress?.length && selects(spec.podSelector as Parameters<typeof selects>[0], labels),
      )
      .map(({ name }) => name);
  return [
    ...(deniesAll ? [] : ['No NetworkPolicy denies everything that no other one allows.']),
    ...workloads.flatMap(({ kind, name, labels, spec }) => {
      const reached = reaching(labels);
      const needs = ['to-dns', ...(spec.volumes?.some(({ secret }) => secret) ? ['to-postgres'] : [])];
      const open = policies.filter(
        ({ name: policy, spec: { egress } }) =>
          reached.includes(policy) && egress?.some(({ to }) => !to?.length),
      );
      return [
        ...needs
          .filter((policy) => !reached.includes(policy))
          .map((policy) => `${kind} ${name}: ${policy} leaves it out.`),
        ...(name === WITH_ACCOUNT
          ? []
          : open.map((one) => `${kind} ${name}: ${one.name} lets it reach everything.`)),
      ];
    }),
  ];
}
