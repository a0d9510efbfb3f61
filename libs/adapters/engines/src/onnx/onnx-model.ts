import type { Device, HostedModel, HostedModelSpec, ModelHosts } from '@intermodal/models';
import { runnerAddress } from '../hosts/runner.ts';
import { refuseIncomplete } from './external-data.ts';
import type { OnnxRequest, PlainTensors, RunRequest, ScanRequest, ScanResult } from './requests.ts';

/** For `HostedModelSpec.runner`. */
export const ONNX_RUNNER: string = runnerAddress(import.meta.url, './onnx-runner');

export interface OnnxModelSpec {
  /** The id of the model. */
  readonly name: string;
  /** Absolute path of a verified file. */
  readonly path: string;
  /** Made once when it is loaded. */
  readonly warmUp?: OnnxRequest;
  /** Of its entry in the catalogue. */
  readonly memoryBytes?: HostedModelSpec['memoryBytes'];
  /** For networks that a graphics card makes no faster. */
  readonly device?: Device;
}

/** Measured: 84 MiB with a network that only adds, and some 100 where it runs from source. */
const PROCESS_BYTES = 110 * 1024 ** 2;

/** An ONNX network in a process of its own. */
export class OnnxModel {
  readonly #hosted: HostedModel;

  /** Throws like ModelHosts. */
  static async open(
    hosts: ModelHosts,
    { name, path, warmUp, device, memoryBytes }: OnnxModelSpec,
  ): Promise<OnnxModel> {
    const spec = {
      ...{ name, runner: ONNX_RUNNER, load: { path }, files: [path], warmUp, device },
      ...{ processBytes: PROCESS_BYTES, memoryBytes },
      check: () => refuseIncomplete(path, name),
    };
    return new OnnxModel(await hosts.open(spec));
  }

  private constructor(hosted: HostedModel) {
    this.#hosted = hosted;
  }

  get device(): Device {
    return this.#hosted.device;
  }

  /** Throws like HostedModel. */
  async run(request: RunRequest, signal: AbortSignal): Promise<PlainTensors> {
    return (await this.#call({ kind: 'run', request }, signal)) as PlainTensors;
  }

  /** Runs a recurrent network over a sequence. Throws like HostedModel. */
  async scan(request: ScanRequest, signal: AbortSignal): Promise<ScanResult> {
    return (await this.#call({ kind: 'scan', request }, signal)) as ScanResult;
  }

  close(): Promise<void> {
    return this.#hosted.close();
  }

  #call(request: OnnxRequest, signal: AbortSignal): Promise<unknown> {
    return this.#hosted.call(request, { signal });
  }
}
