import { isAbsolute } from 'node:path';
import {
  AutoConfig,
  AutoProcessor,
  AutoTokenizer,
  env,
  LogLevel,
  type PretrainedConfig,
  type PreTrainedModel,
  type PreTrainedTokenizer,
  type Processor,
} from '@huggingface/transformers';
import type { LoadOptions } from '../hosts/runner.ts';
import { openingFault } from '../onnx/onnx-faults.ts';
import type { FolderLoad } from './folder-load.ts';

// In the process of a model, for all its time: nothing is fetched, nothing is kept beside the library, and no failed run prints its input.
env.allowRemoteModels = false;
env.useFSCache = false;
env.useBrowserCache = false;
env.logLevel = LogLevel.NONE;
env.fetch = (address) =>
  Promise.reject(new Error(`Nothing is fetched while models run, and ${address} was asked for.`));

type ModelClass<Model> = {
  from_pretrained(folder: string, options: object): Promise<Model>;
};

/** The files of one model, opened by the classes of Transformers.js. */
export class OpenedFolder {
  readonly load: FolderLoad;
  readonly #options: object;

  constructor({ load, device, threads }: LoadOptions) {
    this.load = load as FolderLoad;
    if (!isAbsolute(this.load.folder)) throw new Error('the folder of a model is to be an absolute path');
    this.#options = {
      local_files_only: true,
      device,
      dtype: this.load.dtype,
      session_options: { intraOpNumThreads: threads, interOpNumThreads: 1, logSeverityLevel: 4 },
    };
  }

  config(): Promise<PretrainedConfig & { readonly model_type: string }> {
    return this.#open(AutoConfig.from_pretrained(this.load.folder, { local_files_only: true })) as never;
  }

  /** With its networks. */
  model<Model extends PreTrainedModel>(kind: ModelClass<Model>): Promise<Model> {
    return this.#open(kind.from_pretrained(this.load.folder, this.#options));
  }

  tokenizer(): Promise<PreTrainedTokenizer> {
    return this.#open(AutoTokenizer.from_pretrained(this.load.folder, { local_files_only: true }));
  }

  processor(): Promise<Processor> {
    return this.#open(AutoProcessor.from_pretrained(this.load.folder, { local_files_only: true }));
  }

  async #open<Opened>(opening: Promise<Opened>): Promise<Opened> {
    try {
      return await opening;
    } catch (error) {
      const fault = openingFault(error);
      fault.message = fault.message.replaceAll(this.load.folder, 'its folder');
      throw fault;
    }
  }
}
