import { IntermodalError } from '@intermodal/contracts';
import { pipelineKey, pipelinesOf, type PipelineCatalogue, type Plan } from '@intermodal/pipeline';

/** The compiled pipelines that can be run by name, by their versions. */
export class PipelineShelf {
  readonly #plans = new Map<string, Map<number, Plan>>();
  /** What documents may refer to: every version of each. */
  readonly published: PipelineCatalogue;

  constructor(plans: readonly Plan[]) {
    for (const plan of plans) {
      const { name, version } = plan.document;
      const versions = this.#plans.get(name) ?? new Map<number, Plan>();
      if (versions.has(version))
        throw new Error(`Two pipelines are named ${pipelineKey(plan.document)}: rename one.`);
      this.#plans.set(name, versions.set(version, plan));
    }
    this.published = pipelinesOf(plans.map(({ document }) => document));
  }

  /** The latest version of each, by name. */
  latest(): Plan[] {
    return [...this.#plans.keys()].sort().map((name) => this.find(name));
  }

  versionsOf(name: string): number[] {
    return [...(this.#plans.get(name)?.keys() ?? [])].sort((a, b) => a - b);
  }

  /**
   * @param asked a name, for the latest version, or name@version
   * @throws IntermodalError `pipeline.unknown`
   */
  find(asked: string): Plan {
    const [, name = '', version] = /^([a-z][a-z0-9-]*)(?:@([1-9][0-9]{0,8}))?$/.exec(asked) ?? [];
    const versions = this.versionsOf(name);
    const plan = this.#plans.get(name)?.get(version === undefined ? (versions.at(-1) ?? 0) : Number(version));
    if (plan) return plan;
    const there =
      versions.length > 0
        ? `'${name}' has the versions ${versions.join(', ')}.`
        : `There are ${[...this.#plans.keys()].sort().join(', ') || 'none'}.`;
    throw new IntermodalError('pipeline.unknown', `There is no pipeline '${asked}'. ${there}`);
  }
}
