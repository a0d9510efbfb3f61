/** Everything lies in one namespace: the address that KEDA asks has its name in it. */
export const NAMESPACE = 'intermodal';
export const API = 'api';
export const API_PORT = 4646;
export const STATUS_PORT = 4647;
/** Before the public Service: only what may reach the status port. */
export const STATUS_SERVICE = 'api-status';
/** The settings that are no secrets, made by kustomize of settings.env. */
export const SETTINGS = 'intermodal-settings';
/** Whoever installs makes it: secrets.env.example. */
export const SECRETS = 'intermodal-secrets';
export const SECRETS_FOLDER = '/etc/intermodal/secrets';
export const DATA_FOLDER = '/var/lib/intermodal';
export const MODELS_FOLDER = `${DATA_FOLDER}/models`;
export const MODELS_CLAIM = 'intermodal-models';
/** As the images have it: infra/docker. */
export const USER = 10001;

export const labelsOf = (component: string): Record<string, string> => ({
  'app.kubernetes.io/name': 'intermodal',
  'app.kubernetes.io/component': component,
});

export const poolComponent = (pool: string): string => `pool-${pool}`;

/** Told by all pods of pools. */
export const POOL_LABEL = 'intermodal.dev/pool';
/** Of pods that may reach addresses of users. */
export const OUTSIDE_LABEL = 'intermodal.dev/outside';
