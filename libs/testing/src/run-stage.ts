import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IntermodalError, LocalFile } from '@intermodal/contracts';
import type { Capability } from '@intermodal/models';
import type { Opened, Stage } from '@intermodal/pipeline';
import type { z } from 'zod';

export interface StageRun<Output> extends AsyncDisposable {
  readonly output: Output;
  readonly progress: readonly number[];
  readonly partials: readonly Readonly<Record<string, unknown>>[];
  /** The scratch folder; removed on dispose. */
  readonly folder: string;
}

/**
 * Runs one stage as a worker would, with plain values and the engines that the test gives.
 * @throws IntermodalError `input.invalid` or `stage.output_invalid`, as a worker would report them
 */
export async function runStage<
  I extends z.ZodObject,
  O extends z.ZodObject,
  P extends z.ZodObject,
  N extends Readonly<Record<string, Capability<unknown>>>,
>(
  stage: Stage<I, O, P, N>,
  input: z.input<I>,
  options: { needs: Opened<N>; params?: z.input<P>; signal?: AbortSignal },
): Promise<StageRun<z.output<O>>> {
  const folder = await mkdtemp(join(tmpdir(), 'intermodal-stage-'));
  const progress: number[] = [];
  const partials: Readonly<Record<string, unknown>>[] = [];
  try {
    const parsed = stage.input.safeParse(input);
    if (!parsed.success) throw new IntermodalError('input.invalid', parsed.error.message);
    const raw = await stage.run(parsed.data, {
      task: { id: 'task_00000000000000000000000000', attempt: 1 },
      needs: options.needs,
      params: stage.params.parse(options.params ?? {}),
      signal: options.signal ?? new AbortController().signal,
      log: { info() {}, warn() {} },
      progress: (fraction) => void progress.push(fraction),
      partial: (value) => void partials.push(value),
      scratch: (name, mediaType) => new LocalFile(join(folder, name), mediaType, name),
    });
    const output = stage.output.safeParse(raw);
    if (!output.success) throw new IntermodalError('stage.output_invalid', output.error.message);
    return {
      output: output.data,
      progress,
      partials,
      folder,
      [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
    };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}
