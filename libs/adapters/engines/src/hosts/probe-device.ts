import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Device, HostedModelSpec } from '@intermodal/models';
import { ONNX_RUNNER } from '../onnx/onnx-model.ts';
import type { OnnxRequest } from '../onnx/requests.ts';
import { HostProcess } from './host-process.ts';

export type DeviceChoice = Device | 'auto';

export interface ProbedDevice {
  readonly device: Device;
  /** Why it is not the graphics card, where that was looked for. */
  readonly reason?: string;
}

const LOAD_MS = 60_000;

type Tiny = Pick<HostedModelSpec, 'runner' | 'load' | 'warmUp'>;

/**
 * Finds out, once for each library, where its models run: by something tiny in a process of its own, because onnxruntime fails to open
 * any network on a device that is not there, whatever else it is allowed, and what it may break is then gone with that process.
 * @param choice `auto` takes the graphics card where there is one
 * @param tiny what is opened there; a network of onnxruntime when left out
 */
export async function probeDevice(choice: DeviceChoice, tiny: Tiny = TINY_NETWORK): Promise<ProbedDevice> {
  if (choice === 'cpu') return { device: 'cpu' };
  const probe = new HostProcess({
    spec: { name: 'probe', ...tiny, files: [] },
    ...{ device: 'cuda', threads: 1, silenceMs: LOAD_MS, loadMs: LOAD_MS, graceMs: 0 },
    folder: join(tmpdir(), `intermodal-hosts-${process.pid}`, `probe-${(probes += 1)}`),
  });
  try {
    await probe.ready;
    return { device: 'cuda' };
  } catch (error) {
    return { device: 'cpu', reason: (error as Error).message };
  } finally {
    await probe.end(new Error('The device is known.'));
  }
}

let probes = 0;

const ONE: OnnxRequest = {
  kind: 'run',
  request: { feeds: { x: { type: 'float32', dims: [1], data: Float32Array.of(1) } } },
};

/** An ONNX network of one operator: y [1] is x [1]. */
const IDENTITY: Uint8Array = Buffer.from(
  'CAg6OgoQCgF4EgF5IghJZGVudGl0eRIEdGlueVoPCgF4EgoKCAgBEgQKAggBYg8KAXkSCgoICAESBAoCCAFCBAoAEA0=',
  'base64',
);

const TINY_NETWORK: Tiny = { runner: ONNX_RUNNER, load: { bytes: IDENTITY }, warmUp: ONE };
