import type { Engine } from '@intermodal/models';
import { loadEngines as loadEnginesOf } from '@intermodal/pipeline';

export { FolderModelStore, type FolderModelStoreOptions } from './model-store/folder-model-store.ts';
export { mirrorModel } from './model-store/mirror-models.ts';
export { pruneStore, type Superfluous } from './model-store/prune-store.ts';
export type { PullProgress } from './model-store/pull-file.ts';
export { readCatalogue, unreadInCatalogue } from './model-store/read-catalogue.ts';
export type { Standing, State } from './model-store/standing.ts';
export type { EndReason, HostEvent } from './hosts/model-host.ts';
export { probeDevice, type DeviceChoice, type ProbedDevice } from './hosts/probe-device.ts';
export {
  memoryOfMachine,
  ModelHouse,
  usualMemoryBytes,
  type ModelHouseOptions,
} from './hosts/model-house.ts';
export { ggufPieces, type GgufTensor } from './llama/gguf-pieces.ts';
export { OnnxModel, type OnnxModelSpec } from './onnx/onnx-model.ts';
export type {
  OnnxRequest,
  PlainTensor,
  PlainTensors,
  RunRequest,
  ScanRequest,
  ScanResult,
} from './onnx/requests.ts';
export { CROP_CHANNELS, CROP_EDGE, CROP_VALUES, writeCrop } from './starter-detector/crop.ts';
export { proposePatches, type Patch } from './starter-detector/propose.ts';
export { StarterDetector } from './starter-detector/starter-detector.ts';
export { ARCHETYPES as TRANSFORMERS_ARCHETYPES, type KnownArchetype } from './transformers/archetypes.ts';
export { overlapOf } from './vision/boxes.ts';

/** Every `*.engine.ts` beside this file. */
export const loadEngines = (): Promise<Engine[]> => loadEnginesOf(import.meta.dirname);
