import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';

interface PodObject {
  readonly metadata: {
    readonly name: string;
    readonly labels: Record<string, string>;
    annotations?: Record<string, string>;
    readonly deletionTimestamp?: string;
  };
}

export interface ClusterApi extends AsyncDisposable {
  readonly url: string;
  /** As the kubelet puts it into a pod. */
  readonly account: string;
  readonly pods: Map<string, PodObject>;
  /** Every request that was let in, as `PATCH text-a`. */
  readonly requests: string[];
  /** What is answered in place of anything else. */
  refuse: number | undefined;
  /** The token from now on. */
  rotateToken(token: string): void;
}

const NAMESPACE = 'intermodal';
const COST = 'controller.kubernetes.io/pod-deletion-cost';

/** As much of Kubernetes' API as there is to pods: over HTTPS, for whoever shows the token, two pods a page. */
export async function startClusterApi(
  labels: Readonly<Record<string, Record<string, string>>>,
): Promise<ClusterApi> {
  const account = mkdtempSync(join(tmpdir(), 'intermodal-account-'));
  const [key, certificate] = [join(account, 'key.pem'), join(account, 'ca.crt')];
  execFileSync(
    'openssl',
    [
      ...[
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-days',
        '1',
      ],
      ...[
        '-subj',
        '/CN=kubernetes',
        '-addext',
        'subjectAltName=IP:127.0.0.1',
        '-keyout',
        key,
        '-out',
        certificate,
      ],
    ],
    { stdio: 'pipe' },
  );
  let token = '';
  const rotateToken = (to: string): void => {
    token = to;
    writeFileSync(join(account, 'token'), `${to}\n`);
  };
  rotateToken('first');
  writeFileSync(join(account, 'namespace'), NAMESPACE);

  const pods = new Map<string, PodObject>(
    Object.entries(labels).map(([name, of]) => [name, { metadata: { name, labels: of } }]),
  );
  const requests: string[] = [];
  const state: { refuse: number | undefined } = { refuse: undefined };
  const server = createServer(
    { key: readFileSync(key), cert: readFileSync(certificate) },
    (request, response) => {
      const answer = (status: number, value: object): void => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(value));
      };
      const { pathname, searchParams } = new URL(request.url!, 'https://cluster');
      const [, name] = new RegExp(`^/api/v1/namespaces/${NAMESPACE}/pods(?:/([^/]+))?$`).exec(pathname) ?? [];
      if (state.refuse !== undefined) return answer(state.refuse, { kind: 'Status', message: 'refused' });
      if (request.headers.authorization !== `Bearer ${token}`)
        return answer(401, { message: 'Unauthorized' });
      if (request.method === 'GET' && pathname.endsWith('/pods')) {
        requests.push('GET');
        const label = searchParams.get('labelSelector')!;
        const all = [...pods.values()].filter(({ metadata }) => metadata.labels[label] !== undefined);
        const from = Number(searchParams.get('continue') ?? 0);
        const more = from + 2 < all.length;
        return answer(200, {
          kind: 'PodList',
          metadata: more ? { continue: String(from + 2) } : {},
          items: all.slice(from, from + 2),
        });
      }
      if (request.method !== 'PATCH' || request.headers['content-type'] !== 'application/merge-patch+json')
        return answer(415, { message: 'not understood' });
      const pod = pods.get(name!);
      if (!pod) return answer(404, { message: `pods "${name}" not found` });
      requests.push(`PATCH ${name}`);
      void json(request).then((patch) => {
        const { metadata } = patch as PodObject;
        pod.metadata.annotations = { ...pod.metadata.annotations, ...metadata.annotations };
        answer(200, pod);
      });
    },
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(state, {
    ...{ account, pods, requests, rotateToken },
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      rmSync(account, { recursive: true });
    },
  });
}

/** Which of these pods a ReplicaSet ends first, all of them being ready and equally old: the one that costs least. */
export const firstToGo = (pods: Iterable<PodObject>): string =>
  [...pods]
    .map(({ metadata: { name, annotations } }) => ({ name, cost: Number(annotations?.[COST] ?? 0) }))
    .sort((a, b) => a.cost - b.cost || a.name.localeCompare(b.name))[0]!.name;
