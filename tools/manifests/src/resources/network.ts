import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import type { INetworkPolicyEgressRule } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicyEgressRule';
import type { INetworkPolicyPeer } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicyPeer';
import { API, API_PORT, OUTSIDE_LABEL, STATUS_PORT } from '../names.ts';

/** Namespaces say by labels what they are for: whoever installs puts them there, or patches the address of a service. */
const namespaced = (label: string, value: string): INetworkPolicyPeer => ({
  namespaceSelector: { matchLabels: { [label]: value } },
});
const named = (name: string): INetworkPolicyPeer => namespaced('kubernetes.io/metadata.name', name);
const tcp = (...ports: number[]) => ports.map((port) => ({ protocol: 'TCP' as const, port }));

const everything = {};
const api = { matchLabels: { 'app.kubernetes.io/component': API } };
const ours = { matchLabels: { 'app.kubernetes.io/name': 'intermodal' } };
const working = {
  matchExpressions: [
    { key: 'app.kubernetes.io/name', operator: 'In', values: ['intermodal'] },
    { key: 'app.kubernetes.io/component', operator: 'NotIn', values: ['pod-costs', 'migrate', 'models'] },
  ],
};

const NOT_OUTSIDE = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'],
  ...['192.168.0.0/16', '224.0.0.0/4', '240.0.0.0/4'],
];
const outside: INetworkPolicyEgressRule = {
  to: [
    { ipBlock: { cidr: '0.0.0.0/0', except: NOT_OUTSIDE } },
    { ipBlock: { cidr: '::/0', except: ['::1/128', 'fc00::/7', 'fe80::/10', 'ff00::/8'] } },
  ],
  ports: tcp(443),
};

const policy = (
  name: string,
  podSelector: object,
  rules: { ingress?: object[]; egress?: INetworkPolicyEgressRule[] },
) =>
  new NetworkPolicy({
    metadata: { name },
    spec: {
      podSelector,
      policyTypes: [
        ...(rules.ingress ? (['Ingress'] as const) : []),
        ...(rules.egress ? (['Egress'] as const) : []),
      ],
      ...rules,
    },
  });

/** A service of ours that lies in a namespace with the label `intermodal.dev/data`, in pods that say what they provide. */
const toService = (what: string, podSelector: object, ...ports: number[]) =>
  policy(`to-${what}`, podSelector, {
    egress: [
      {
        to: [
          {
            ...namespaced('intermodal.dev/data', 'true'),
            podSelector: { matchLabels: { 'intermodal.dev/provides': what } },
          },
        ],
        ports: tcp(...ports),
      },
    ],
  });

/** Nobody reaches anything, but for what stands here. */
export const network = () => [
  policy('nothing', everything, { ingress: [], egress: [] }),
  policy('to-dns', everything, {
    egress: [
      {
        to: [{ ...named('kube-system'), podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } }],
        ports: [{ protocol: 'UDP', port: 53 }, ...tcp(53)],
      },
    ],
  }),
  toService('postgres', ours, 5432),
  toService('redis', working, 6379),
  toService('s3', working, 8080),
  policy('from-ingress', api, {
    ingress: [{ from: [namespaced('intermodal.dev/ingress', 'true')], ports: tcp(API_PORT) }],
  }),
  policy('from-scaler', api, { ingress: [{ from: [named('keda')], ports: tcp(STATUS_PORT) }] }),
  policy('from-monitoring', everything, {
    ingress: [{ from: [named('monitoring')], ports: tcp(STATUS_PORT) }],
  }),
  policy('to-outside', { matchLabels: { [OUTSIDE_LABEL]: 'true' } }, { egress: [outside] }),
  // The address of the cluster's own API is nobody's to know here; these ports, for this one process.
  policy(
    'to-cluster',
    { matchLabels: { 'app.kubernetes.io/component': 'pod-costs' } },
    {
      egress: [{ ports: tcp(443, 6443) }],
    },
  ),
];
