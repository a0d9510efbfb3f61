import { Inject, Injectable } from '@nestjs/common';
import { IntermodalError, type PipelineDocument } from '@intermodal/contracts';
import {
  compile,
  pipelineKey,
  type PipelineCatalogue,
  type PipelineRecords,
  type Plan,
  type StageCatalogue,
} from '@intermodal/pipeline';
import { refuseReferences } from '../jobs/references.ts';
import { CATALOGUE, PIPELINES, SHELF } from '../parts.ts';
import { type PipelineShelf } from './pipeline-shelf.ts';

/** What can be run by name: what is shipped, for everybody, and what a tenant has published, for that tenant. */
@Injectable()
export class Pipelines {
  readonly #records: PipelineRecords;
  readonly #shelf: PipelineShelf;
  readonly #catalogue: StageCatalogue;

  constructor(
    @Inject(PIPELINES) records: PipelineRecords,
    @Inject(SHELF) shelf: PipelineShelf,
    @Inject(CATALOGUE) catalogue: StageCatalogue,
  ) {
    this.#records = records;
    this.#shelf = shelf;
    this.#catalogue = catalogue;
  }

  /**
   * A published one by its name, or a document that somebody posted.
   * @throws IntermodalError `pipeline.unknown`, `pipeline.invalid`
   */
  async planOf(tenantId: string, pipeline: string | PipelineDocument): Promise<Plan> {
    if (typeof pipeline === 'string') return (await this.find(tenantId, pipeline)).plan;
    // A document may hold literals, and those end up as inputs of stages.
    refuseReferences(pipeline, 'pipeline');
    return this.compile(tenantId, pipeline);
  }

  /** @throws IntermodalError `pipeline.unknown` */
  async find(tenantId: string, asked: string): Promise<{ plan: Plan; versions: readonly number[] }> {
    const name = asked.split('@')[0]!;
    const own = this.#shelf.versionsOf(name).length > 0 ? [] : await this.#records.published(tenantId, name);
    if (own.length === 0) {
      const plan = this.#shelf.find(asked);
      return { plan, versions: this.#shelf.versionsOf(name) };
    }
    const versions = own.map(({ version }) => version);
    const wanted = asked.includes('@') ? own.find((one) => pipelineKey(one) === asked) : own.at(-1);
    if (wanted) return { plan: await this.compile(tenantId, wanted), versions };
    throw new IntermodalError(
      'pipeline.unknown',
      `There is no pipeline '${asked}'. '${name}' has the versions ${versions.join(', ')}.`,
    );
  }

  /** @throws IntermodalError `pipeline.invalid` with every fault */
  async compile(tenantId: string, document: unknown): Promise<Plan> {
    return compile(document, this.#catalogue, await this.#known(tenantId, document));
  }

  /** The latest version of each, by name. */
  async latest(tenantId: string): Promise<PipelineDocument[]> {
    const own = new Map((await this.#records.published(tenantId)).map((one) => [one.name, one]));
    for (const { document } of this.#shelf.latest()) own.set(document.name, document);
    return [...own.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /**
   * @returns whether it is new
   * @throws IntermodalError `pipeline.invalid`, `pipeline.conflict`
   */
  async publish(tenantId: string, document: unknown): Promise<{ plan: Plan; created: boolean }> {
    refuseReferences(document, 'document');
    const plan = await this.compile(tenantId, document);
    const { name } = plan.document;
    if (this.#shelf.versionsOf(name).length > 0)
      throw new IntermodalError(
        'pipeline.conflict',
        `name: '${name}' is a pipeline that is shipped; choose another name.`,
      );
    return { plan, created: await this.#records.publish(tenantId, plan) };
  }

  /** What a document may refer to. Most refer to none, and cost no look into the records. */
  async #known(tenantId: string, document: unknown): Promise<PipelineCatalogue> {
    if (!JSON.stringify(document)?.includes('"pipeline":')) return this.#shelf.published;
    const own = await this.#records.published(tenantId);
    return new Map([...own.map((one) => [pipelineKey(one), one] as const), ...this.#shelf.published]);
  }
}
