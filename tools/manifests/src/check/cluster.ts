import type { IContainer } from 'kubernetes-models/v1/Container';
import type { IPodSpec } from 'kubernetes-models/v1/PodSpec';

/** A resource as kubectl gets it. */
export interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Labels };
  readonly [field: string]: unknown;
}
export type Labels = Readonly<Record<string, string>>;

/** Pods that something makes. */
export interface Workload {
  readonly kind: string;
  readonly name: string;
  readonly labels: Labels;
  readonly spec: IPodSpec;
}

/** Says what is wrong, one sentence for each. */
export type Check = (cluster: Cluster) => string[];

/** What lies in the folder, as one reads it. */
export class Cluster {
  readonly resources: readonly Resource[];

  constructor(resources: readonly Resource[]) {
    this.resources = resources;
  }

  all<Spec>(kind: string): { readonly name: string; readonly spec: Spec }[] {
    return this.resources
      .filter((resource) => resource.kind === kind)
      .map(({ metadata, ...rest }) => ({ name: metadata.name, spec: rest['spec'] as Spec }));
  }

  /** Beside it: what this is for is a map, not a list of names. */
  configMap(name: string): Readonly<Record<string, string>> {
    // Kustomize hangs a hash on the names that it generates.
    const found = this.resources.find(
      ({ kind, metadata }) =>
        kind === 'ConfigMap' && (metadata.name === name || metadata.name.startsWith(`${name}-`)),
    );
    return (found?.['data'] ?? {}) as Record<string, string>;
  }

  get workloads(): Workload[] {
    return ['Deployment', 'Job'].flatMap((kind) =>
      this.all<{ template: { metadata?: { labels?: Labels }; spec: IPodSpec } }>(kind).map(
        ({ name, spec }) => ({
          ...{ kind, name, labels: spec.template.metadata?.labels ?? {} },
          spec: spec.template.spec,
        }),
      ),
    );
  }

  /** Its settings as the process will find them: those of the maps it takes whole, and its own over them. */
  environmentOf(container: IContainer): Record<string, string> {
    return {
      ...Object.assign(
        {},
        ...(container.envFrom ?? []).map(({ configMapRef }) => this.configMap(configMapRef?.name ?? '')),
      ),
      ...Object.fromEntries((container.env ?? []).map(({ name, value }) => [name, value ?? ''])),
    };
  }
}

/** Whether a selector, whose labels and expressions must all hold, selects these labels. */
export function selects(
  selector: {
    readonly matchLabels?: Labels;
    readonly matchExpressions?: readonly { key: string; operator: string; values?: readonly string[] }[];
  },
  labels: Labels,
): boolean {
  return (
    Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value) &&
    (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
      const value = labels[key];
      if (operator === 'Exists') return value !== undefined;
      if (operator === 'In') return value !== undefined && values.includes(value);
      if (operator === 'NotIn') return value === undefined || !values.includes(value);
      return value === undefined;
    })
  );
}
