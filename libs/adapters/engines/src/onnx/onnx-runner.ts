import ort from 'onnxruntime-node';
import type { LoadOptions, Runner, RunnerCall } from '../hosts/runner.ts';
import { checkFeeds } from './check-feeds.ts';
import { openingFault, runFault } from './onnx-faults.ts';
import type {
  OnnxLoad,
  OnnxRequest,
  PlainTensor,
  PlainTensors,
  RunRequest,
  ScanRequest,
  ScanResult,
} from './requests.ts';
import { sequenceSteps } from './sequence-steps.ts';

const STEPS_PER_SIGN_OF_LIFE = 200;

/** Runs ONNX networks by onnxruntime. A scan is interrupted between two steps, a single run cannot be. */
export async function load({ load, device, threads }: LoadOptions): Promise<Runner> {
  const session = await open(load as OnnxLoad, {
    executionProviders: [device],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // Failed runs would print their input, which may be somebody's voice.
    logSeverityLevel: 4,
  });
  return {
    // The signal is not heard during a single run: its thread is not free.
    async handle(wanted, call) {
      const { kind, request } = wanted as OnnxRequest;
      return kind === 'run' ? run(session, request) : scan(session, request, call);
    },
  };
}

async function open(
  load: OnnxLoad,
  options: ort.InferenceSession.SessionOptions,
): Promise<ort.InferenceSession> {
  try {
    if ('bytes' in load) return await ort.InferenceSession.create(load.bytes, options);
    return await ort.InferenceSession.create(load.path, options);
  } catch (error) {
    throw openingFault(error);
  }
}

async function run(session: ort.InferenceSession, request: RunRequest): Promise<PlainTensors> {
  checkFeeds(session.inputMetadata, request.feeds);
  const outputs = await runNow(session, tensors(request.feeds), request.outputs ?? session.outputNames);
  return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, toPlain(tensor)]));
}

async function scan(
  session: ort.InferenceSession,
  request: ScanRequest,
  { signal, alive }: RunnerCall,
): Promise<ScanResult> {
  const { sequence, carried, collect } = request;
  const constants = tensors(request.constants);
  const wanted = [collect, ...carried.map((it) => it.output)];
  let state = Object.fromEntries(carried.map((it) => [it.input, toTensor(it.initial)]));
  const collected: number[] = [];
  let steps = 0;
  for (const values of sequenceSteps(sequence)) {
    if (steps === 0) {
      const first: PlainTensor = { type: 'float32', dims: sequence.dims, data: values };
      const initial = Object.fromEntries(carried.map((it) => [it.input, it.initial]));
      checkFeeds(session.inputMetadata, { ...request.constants, ...initial, [sequence.input]: first });
    }
    const input = new ort.Tensor('float32', values, sequence.dims);
    const outputs = await runNow(session, { ...constants, ...state, [sequence.input]: input }, wanted);
    for (const value of outputs[collect]!.data as Float32Array) collected.push(value);
    state = Object.fromEntries(carried.map((it) => [it.input, outputs[it.output]!]));
    signal.throwIfAborted();
    if (++steps % STEPS_PER_SIGN_OF_LIFE === 0) alive();
  }
  const last = Object.entries(state).map(([name, tensor]) => [name, toPlain(tensor)]);
  return { collected: Float32Array.from(collected), carried: Object.fromEntries(last) as PlainTensors };
}

async function runNow(
  session: ort.InferenceSession,
  feeds: Record<string, ort.Tensor>,
  wanted: readonly string[],
): Promise<ort.InferenceSession.OnnxValueMapType> {
  try {
    return await session.run(feeds, [...wanted]);
  } catch (error) {
    throw runFault(error);
  }
}

const tensors = (plain: PlainTensors): Record<string, ort.Tensor> =>
  Object.fromEntries(Object.entries(plain).map(([name, tensor]) => [name, toTensor(tensor)]));

const toTensor = ({ type, data, dims }: PlainTensor): ort.Tensor => new ort.Tensor(type, data as never, dims);

const toPlain = (tensor: ort.Tensor): PlainTensor => ({
  type: tensor.type as PlainTensor['type'],
  dims: tensor.dims,
  data: tensor.data as PlainTensor['data'],
});
