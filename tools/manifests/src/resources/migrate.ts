import { Job } from 'kubernetes-models/batch/v1/Job';
import type { Images } from '../images.ts';
import { labelsOf } from '../names.ts';
import { SECRETS_OF } from '../settings.ts';
import { container, podSecurity, volumes } from './container.ts';

/** Brings the database up to date. Its name has the release, because a Job never changes: every release has its own. */
export function migrate(images: Images, version: string) {
  const labels = labelsOf('migrate');
  const secrets = SECRETS_OF.records;
  return [
    new Job({
      metadata: { name: `migrate-${version.replaceAll('.', '-')}`, labels },
      spec: {
        backoffLimit: 10,
        ttlSecondsAfterFinished: 86_400,
        template: {
          metadata: { labels },
          spec: {
            ...podSecurity,
            restartPolicy: 'OnFailure',
            containers: [
              container(
                {
                  ...{
                    name: 'migrate',
                    image: images.api,
                    args: ['intermodal', 'migrate'],
                    env: {},
                    secrets,
                  },
                  ...{ cpu: 0.5, memory: '512Mi' },
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
