import type { EngineContext, HostedCall, HostedModel, ModelStore } from '@intermodal/models';
import { childProcesses } from '@intermodal/testing';
import { testContext } from '@intermodal/testing/engine-contracts';
import { expect } from 'vitest';
import { ModelHouse, type ModelHouseOptions } from '../hosts/model-house.ts';
import type { Archetype } from './archetype.ts';
import { TransformersModel } from './transformers-model.ts';

const { signal } = new AbortController();

/** One model of a test in a process of its own; fails when that is left. */
export class OpenedModel implements AsyncDisposable {
  readonly house: ModelHouse;
  readonly #model: HostedModel;

  static async open(
    models: ModelStore,
    archetype: Archetype,
    options: Partial<ModelHouseOptions> = {},
  ): Promise<OpenedModel> {
    const house = new ModelHouse({ device: 'cpu', threads: 1, ...options });
    const context: EngineContext = { ...testContext(models), hosts: house };
    const [task] = models.catalogue[0]!.tasks;
    return new OpenedModel(house, await TransformersModel.openFor(task!, [archetype], context));
  }

  private constructor(house: ModelHouse, model: HostedModel) {
    this.house = house;
    this.#model = model;
  }

  async call<Result>(request: unknown, options: Partial<HostedCall> = {}): Promise<Result> {
    return (await this.#model.call(request, { signal, ...options })) as Result;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.house.close();
    expect(childProcesses()).toEqual([]);
  }
}
