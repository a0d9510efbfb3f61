import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** How a process of a cluster reaches the cluster's API. */
export interface ClusterAccess {
  /** e.g. `https://kubernetes.default.svc` */
  readonly server: string;
  /** Certificates of who may call itself so, as PEM. */
  readonly authorities: string;
  readonly namespace: string;
  /** Read anew for every request: the kubelet replaces it within the hour. */
  token(): Promise<string>;
}

/** Where the kubelet puts what a pod with a service account needs. */
const ACCOUNT_FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * As a pod finds it.
 * @throws when this process has no service account
 */
export async function inCluster({
  server = 'https://kubernetes.default.svc',
  folder = ACCOUNT_FOLDER,
}: { server?: string | undefined; folder?: string | undefined } = {}): Promise<ClusterAccess> {
  const read = async (name: string): Promise<string> => (await readFile(join(folder, name), 'utf8')).trim();
  return {
    server,
    authorities: await read('ca.crt'),
    namespace: await read('namespace'),
    token: () => read('token'),
  };
}
