import ort from 'onnxruntime-node';
import { sequenceSteps } from './sequence-steps.ts';
import type {
  FromChild,
  PlainTensor,
  PlainTensors,
  RunRequest,
  ScanRequest,
  ScanResult,
  ToChild,
} from './protocol.ts';

/** A process that holds one ONNX model. Started by ModelHost with the model's path and its number of threads. */
const [path = '', threads = '1'] = process.argv.slice(2);
const STEPS_PER_HEARTBEAT = 200;

// The parent has gone: there is nobody to answer.
process.on('disconnect', () => process.exit(0));

const send = (message: FromChild): void => void process.send?.(message);
const say = (error: unknown): string => (error instanceof Error ? error.message : String(error));

try {
  const session = await ort.InferenceSession.create(path, {
    executionProviders: ['cpu'],
    intraOpNumThreads: Number(threads),
    interOpNumThreads: 1,
    // Failed runs would print their input, which may be somebody's voice.
    logSeverityLevel: 4,
  });
  process.on('message', (message: ToChild) => {
    answer(session, message).then(send, (error: unknown) =>
      send({ kind: 'error', id: message.id, message: say(error) }),
    );
  });
  send({ kind: 'ready' });
} catch (error) {
  send({ kind: 'error', id: 0, message: say(error) });
}

async function answer(session: ort.InferenceSession, message: ToChild): Promise<FromChild> {
  if (message.kind === 'run')
    return { kind: 'ran', id: message.id, outputs: await run(session, message.request) };
  return { kind: 'scanned', id: message.id, result: await scan(session, message.request, message.id) };
}

async function run(session: ort.InferenceSession, request: RunRequest): Promise<PlainTensors> {
  const outputs = await session.run(tensors(request.feeds), request.outputs ?? session.outputNames);
  return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, toPlain(tensor)]));
}

async function scan(session: ort.InferenceSession, request: ScanRequest, id: number): Promise<ScanResult> {
  const { sequence, carried, collect } = request;
  const constants = tensors(request.constants);
  const wanted = [collect, ...carried.map((it) => it.output)];
  let state = Object.fromEntries(carried.map((it) => [it.input, toTensor(it.initial)]));
  const collected: number[] = [];
  let steps = 0;
  for (const values of sequenceSteps(sequence)) {
    const input = new ort.Tensor('float32', values, sequence.dims);
    const outputs = await session.run({ ...constants, ...state, [sequence.input]: input }, wanted);
    for (const value of outputs[collect]!.data as Float32Array) collected.push(value);
    state = Object.fromEntries(carried.map((it) => [it.input, outputs[it.output]!]));
    if (++steps % STEPS_PER_HEARTBEAT === 0) send({ kind: 'heartbeat', id });
  }
  const last = Object.entries(state).map(([name, tensor]) => [name, toPlain(tensor)]);
  return { collected: Float32Array.from(collected), carried: Object.fromEntries(last) as PlainTensors };
}

const tensors = (plain: PlainTensors): Record<string, ort.Tensor> =>
  Object.fromEntries(Object.entries(plain).map(([name, tensor]) => [name, toTensor(tensor)]));

const toTensor = ({ type, data, dims }: PlainTensor): ort.Tensor => new ort.Tensor(type, data as never, dims);

const toPlain = (tensor: ort.Tensor): PlainTensor => ({
  type: tensor.type as PlainTensor['type'],
  dims: tensor.dims,
  data: tensor.data as PlainTensor['data'],
});
