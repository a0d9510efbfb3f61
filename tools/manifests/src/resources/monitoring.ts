import { PodMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor';
import {
  PrometheusRule,
  type IPrometheusRule,
} from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule';
import { ServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor';
import { API, labelsOf, POOL_LABEL } from '../names.ts';

export type AlertGroups = NonNullable<NonNullable<IPrometheusRule['spec']>['groups']>;

/** Whose value is the label `job` of all series: alerts look for those that begin with `intermodal`. */
const JOB_LABEL = 'app.kubernetes.io/name';

const endpoint = { port: 'status', path: '/metrics', interval: '15s' };

/** For a cluster with Prometheus' operator. */
export const monitoring = (alerts: AlertGroups | undefined) => [
  new ServiceMonitor({
    metadata: { name: API, labels: labelsOf(API) },
    spec: { jobLabel: JOB_LABEL, selector: { matchLabels: labelsOf(API) }, endpoints: [endpoint] },
  }),
  new PodMonitor({
    metadata: { name: 'pools', labels: labelsOf('pools') },
    spec: {
      jobLabel: JOB_LABEL,
      selector: { matchExpressions: [{ key: POOL_LABEL, operator: 'Exists' }] },
      podTargetLabels: [POOL_LABEL],
      podMetricsEndpoints: [endpoint],
    },
  }),
  ...(alerts
    ? [
        new PrometheusRule({
          metadata: { name: 'intermodal', labels: labelsOf('alerts') },
          spec: { groups: alerts },
        }),
      ]
    : []),
];
