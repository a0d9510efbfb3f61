import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import { Service } from 'kubernetes-models/v1/Service';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import type { Images } from '../images.ts';
import { API, API_PORT, labelsOf, STATUS_PORT, STATUS_SERVICE } from '../names.ts';
import { SECRETS_OF } from '../settings.ts';
import { container, podSecurity, probes, spread, statusSettings, volumes } from './container.ts';

/** After it was told to end, a Service may still send it requests for a while: until all nodes know. */
const LAME_DUCK_SECONDS = 10;
const DRAIN_SECONDS = 30;

/** The API: two at least, and more by their processors. Its status port has a Service of its own, which no ingress knows. */
export function api(images: Images) {
  const labels = labelsOf(API);
  const metadata = { name: API, labels };
  const secrets = SECRETS_OF.api;
  const own = {
    ...statusSettings,
    INTERMODAL_MODE: 'cluster',
    INTERMODAL_HOST: '0.0.0.0',
    INTERMODAL_PORT: String(API_PORT),
    INTERMODAL_LAMEDUCK_MS: String(LAME_DUCK_SECONDS * 1_000),
    INTERMODAL_DRAIN_MS: String(DRAIN_SECONDS * 1_000),
  };
  const status = probes(120);
  const program = container(
    { name: API, image: images.api, args: ['intermodal-api'], env: own, secrets, cpu: 1, memory: '1Gi' },
    {
      ...status,
      ports: [{ name: 'http', containerPort: API_PORT }, ...status.ports!],
    },
  );
  return [
    new Deployment({
      metadata,
      spec: {
        selector: { matchLabels: labels },
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
        template: {
          metadata: { labels },
          spec: {
            ...podSecurity,
            terminationGracePeriodSeconds: LAME_DUCK_SECONDS + DRAIN_SECONDS + 20,
            topologySpreadConstraints: spread(labels),
            containers: [program],
            volumes: volumes(secrets, 2),
          },
        },
      },
    }),
    new HorizontalPodAutoscaler({
      metadata,
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: API },
        minReplicas: 2,
        maxReplicas: 6,
        metrics: [
          {
            type: 'Resource',
            resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } },
          },
        ],
      },
    }),
    new PodDisruptionBudget({ metadata, spec: { maxUnavailable: 1, selector: { matchLabels: labels } } }),
    new Service({
      metadata,
      spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
    }),
    new Service({
      metadata: { ...metadata, name: STATUS_SERVICE },
      spec: { selector: labels, ports: [{ name: 'status', port: STATUS_PORT, targetPort: 'status' }] },
    }),
  ];
}
