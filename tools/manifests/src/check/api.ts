import type { Check } from './cluster.ts';

/** An API may be sent requests for some seconds after it was told to end: until all nodes know. */
const LEAST_LAME_DUCK_MS = 5_000;

/** How API processes are replaced without refusing anybody. */
export const api: Check = (cluster) =>
  cluster.workloads.flatMap(({ kind, name, spec }) => {
    const container = spec.containers[0]!;
    if (container.args?.[0] !== 'intermodal-api') return [];
    const environment = cluster.environmentOf(container);
    const lameDuckMs = Number(environment['INTERMODAL_LAMEDUCK_MS'] ?? 0);
    const leaveMs = lameDuckMs + Number(environment['INTERMODAL_DRAIN_MS'] ?? 30_000);
    const graceMs = (spec.terminationGracePeriodSeconds ?? 30) * 1_000;
    return [
      ...(lameDuckMs >= LEAST_LAME_DUCK_MS
        ? []
        : [
            `${kind} ${name}: it stops listening after ${lameDuckMs} ms, when it may still be sent requests: ${LEAST_LAME_DUCK_MS} at least.`,
          ]),
      ...(graceMs > leaveMs
        ? []
        : [`${kind} ${name}: its grace period of ${graceMs} ms ends before it has left (${leaveMs} ms).`]),
    ];
  });
