import { request, Agent } from 'node:https';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import type { ClusterAccess } from './cluster-access.ts';

/** A ReplicaSet that has one pod too many takes the one that costs least, of those that are ready. */
export const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';

export interface Pod {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** 0 where nobody said. */
  readonly deletionCost: number;
  /** It was told to end. */
  readonly isEnding: boolean;
}

/** The pods of one namespace, as far as somebody may see them who has the right to list and patch. */
export interface ClusterPods {
  /** @param label pods that have it, whatever its value */
  list(label: string, signal: AbortSignal): Promise<readonly Pod[]>;
  /** @returns whether there was still such a pod */
  setDeletionCost(name: string, cost: number, signal: AbortSignal): Promise<boolean>;
  close(): void;
}

const PAGE = 500;
const TIMEOUT_MS = 10_000;

const PodList = z.object({
  metadata: z.object({ continue: z.string().optional() }),
  items: z.array(
    z.object({
      metadata: z.object({
        name: z.string(),
        labels: z.record(z.string(), z.string()).default({}),
        annotations: z.record(z.string(), z.string()).default({}),
        deletionTimestamp: z.string().optional(),
      }),
    }),
  ),
});

/** Two requests of Kubernetes' API: its own client brings thirty packages for them. */
export function clusterPods(access: ClusterAccess): ClusterPods {
  const agent = new Agent({ keepAlive: true, ca: access.authorities });
  const pods = `/api/v1/namespaces/${encodeURIComponent(access.namespace)}/pods`;

  const ask = async (
    method: 'GET' | 'PATCH',
    path: string,
    signal: AbortSignal,
    body?: object,
  ): Promise<{ readonly status: number; readonly body: string }> => {
    const token = await access.token();
    const answer = await new Promise<{ status: number; body: string }>((resolve, reject) => {
      const sent = request(
        new URL(path, access.server),
        {
          ...{ method, agent, signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]) },
          headers: {
            ...{ authorization: `Bearer ${token}`, accept: 'application/json' },
            ...(body && { 'content-type': 'application/merge-patch+json' }),
          },
        },
        (response) => {
          text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
        },
      );
      sent.once('error', reject);
      sent.end(body && JSON.stringify(body));
    });
    if (answer.status !== 200 && !(method === 'PATCH' && answer.status === 404))
      throw new Error(
        `${method} ${path.split('?', 1)[0]} was answered ${answer.status}: ${answer.body.slice(0, 300)}`,
      );
    return answer;
  };

  return {
    async list(label, signal) {
      const found: Pod[] = [];
      for (let next: string | undefined = ''; next !== undefined;) {
        const query: string = new URLSearchParams({
          ...{ labelSelector: label, limit: String(PAGE) },
          ...(next !== '' && { continue: next }),
        }).toString();
        const page = PodList.parse(JSON.parse((await ask('GET', `${pods}?${query}`, signal)).body));
        found.push(
          ...page.items.map(({ metadata: { name, labels, annotations, deletionTimestamp } }) => ({
            ...{ name, labels, isEnding: deletionTimestamp !== undefined },
            deletionCost: Number(annotations[DELETION_COST] ?? 0),
          })),
        );
        next = page.metadata.continue || undefined;
      }
      return found;
    },
    async setDeletionCost(name, cost, signal) {
      const patch = { metadata: { annotations: { [DELETION_COST]: String(cost) } } };
      return (await ask('PATCH', `${pods}/${encodeURIComponent(name)}`, signal, patch)).status === 200;
    },
    close: () => agent.destroy(),
  };
}
