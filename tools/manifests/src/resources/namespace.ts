import { Namespace } from 'kubernetes-models/v1/Namespace';
import { NAMESPACE } from '../names.ts';

/** The cluster refuses in it what is not run with the least rights there are. */
export const namespace = () => [
  new Namespace({
    metadata: {
      name: NAMESPACE,
      labels: {
        'pod-security.kubernetes.io/enforce': 'restricted',
        'pod-security.kubernetes.io/warn': 'restricted',
      },
    },
  }),
];
