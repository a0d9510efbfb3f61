import { Job } from 'kubernetes-models/batch/v1/Job';
import { PersistentVolumeClaim } from 'kubernetes-models/v1/PersistentVolumeClaim';
import type { Images } from '../images.ts';
import { DATA_FOLDER, labelsOf, MODELS_CLAIM, MODELS_FOLDER, OUTSIDE_LABEL } from '../names.ts';
import { container, podSecurity, volumes } from './container.ts';

/** One folder of weights for all workers, and what fills it. Every file is held to its hash whenever it is opened. */
export function models(images: Images, ids: readonly string[], version: string) {
  const labels = labelsOf('models');
  return [
    new PersistentVolumeClaim({
      metadata: { name: MODELS_CLAIM, labels },
      spec: { accessModes: ['ReadWriteMany'], resources: { requests: { storage: '50Gi' } } },
    }),
    new Job({
      metadata: { name: `models-${version.replaceAll('.', '-')}`, labels },
      spec: {
        backoffLimit: 10,
        template: {
          metadata: { labels: { ...labels, [OUTSIDE_LABEL]: 'true' } },
          spec: {
            ...podSecurity,
            restartPolicy: 'OnFailure',
            containers: [
              container(
                {
                  ...{ name: 'models', image: images.api, args: ['intermodal', 'models', 'pull', ...ids] },
                  ...{ env: { INTERMODAL_MODEL_DIR: MODELS_FOLDER }, secrets: [], cpu: 0.5, memory: '512Mi' },
                },
                {
                  envFrom: [],
                  volumeMounts: [
                    { name: 'data', mountPath: DATA_FOLDER },
                    { name: 'tmp', mountPath: '/tmp' },
                    { name: 'models', mountPath: MODELS_FOLDER },
                  ],
                },
              ),
            ],
            volumes: [
              ...volumes([], 1),
              { name: 'models', persistentVolumeClaim: { claimName: MODELS_CLAIM } },
            ],
          },
        },
      },
    }),
  ];
}
