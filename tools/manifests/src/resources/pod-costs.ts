import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { Role } from 'kubernetes-models/rbac.authorization.k8s.io/v1/Role';
import { RoleBinding } from 'kubernetes-models/rbac.authorization.k8s.io/v1/RoleBinding';
import { ServiceAccount } from 'kubernetes-models/v1/ServiceAccount';
import type { Images } from '../images.ts';
import { labelsOf } from '../names.ts';
import { SECRETS_OF } from '../settings.ts';
import { container, podSecurity, volumes } from './container.ts';

const NAME = 'pod-costs';

/**
 * Has idle workers go first (decision 0034). The only process that may talk to the cluster's API: it opens nothing of users,
 * and may list and patch pods of this namespace. While it is away, a scale-down picks any worker, which drains.
 */
export function podCosts(images: Images) {
  const labels = labelsOf(NAME);
  const metadata = { name: NAME, labels };
  const secrets = SECRETS_OF.records;
  return [
    new ServiceAccount({ metadata, automountServiceAccountToken: false }),
    new Role({ metadata, rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['list', 'patch'] }] }),
    new RoleBinding({
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: NAME },
      subjects: [{ kind: 'ServiceAccount', name: NAME }],
    }),
    new Deployment({
      metadata,
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        strategy: { type: 'Recreate' },
        template: {
          metadata: { labels },
          spec: {
            ...podSecurity,
            serviceAccountName: NAME,
            automountServiceAccountToken: true,
            containers: [
              container(
                {
                  ...{ name: NAME, image: images.api, args: ['intermodal', NAME], env: {}, secrets },
                  ...{ cpu: 0.25, memory: '256Mi' },
                },
                { envFrom: [] },
              ),
            ],
            volumes: volumes(secrets, 1),
          },
        },
      },
    }),
  ];
}
