import type { PreTrainedModel, Tensor } from '@huggingface/transformers';
import { RunnerFault } from '../hosts/runner.ts';
import { runFault } from '../onnx/onnx-faults.ts';

/** One run of a model. @throws RunnerFault `model.failed`, `model.out_of_memory` */
export async function runModel(model: PreTrainedModel, inputs: object): Promise<Record<string, Tensor>> {
  try {
    return (await model(inputs)) as Record<string, Tensor>;
  } catch (error) {
    throw error instanceof RunnerFault ? error : runFault(error);
  }
}

/**
 * The values of an output as 32-bit floats.
 * @param options.orNever minus infinity is a value, too
 * @throws RunnerFault `model.output_invalid` when it is missing or holds what is no number
 */
export function floatsOf(
  outputs: Record<string, Tensor>,
  name: string,
  { orNever = false }: { orNever?: boolean } = {},
): { data: Float32Array; dims: readonly number[] } {
  const output = outputs[name];
  if (!output)
    throw new RunnerFault(
      'model.output_invalid',
      `has no output ${name}: it has ${Object.keys(outputs).join(', ')}.`,
    );
  const data = output.to('float32').data as Float32Array;
  if (!data.every((value) => Number.isFinite(value) || (orNever && value === -Infinity)))
    throw new RunnerFault(
      'model.output_invalid',
      `gave values in ${name} that are no numbers (NaN or infinite).`,
    );
  return { data, dims: output.dims };
}
