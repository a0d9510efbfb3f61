import { join } from 'node:path';
import type { PipelineSource } from '@intermodal/pipeline';
import type { Benchmark, BenchmarkContext } from '../benchmark.ts';
import { spreadOf, type Figure } from '../figure.ts';
import { runBareLoop } from '../models/bare-loop.ts';
import { startSystem, type WholeSystem } from '../models/system.ts';
import { makeWorkFiles, SOUND_S, type WorkFolder } from '../models/work-files.ts';
import { isHere, TOGETHER, type WorkloadName } from '../models/workload.ts';
import { interleave } from '../rounds.ts';

interface Job {
  readonly workload: WorkloadName;
  readonly shown: string;
  readonly pipeline: PipelineSource;
  readonly file: string;
  /** In a full round. */
  readonly times: number;
  /** Of what is told, for each time. */
  readonly units: number;
  readonly unit: string;
}

const oneStage = (stage: string, input: string, media: string, output: string): PipelineSource => ({
  ...{ name: `bench-${output}`, version: 1 },
  input: { file: { media } },
  nodes: { it: { stage, in: { [input]: '$input.file' } } },
  output: { [output]: `$it.${output}` },
});
const picture = { file: 'picture.png', units: 1, unit: 'pictures/s' };
const MOBILENET_JOB: Job = {
  ...{ workload: 'mobilenet', shown: 'MobileNet-V2', ...picture, times: 400 },
  pipeline: oneStage('vision.classify@1', 'image', 'image/*', 'tags'),
};
const JOBS: readonly Job[] = [
  {
    ...{ workload: 'yolox-nano', shown: 'YOLOX-Nano', ...picture, times: 200 },
    pipeline: oneStage('vision.detect-objects@1', 'image', 'image/*', 'objects'),
  },
  MOBILENET_JOB,
  {
    ...{ workload: 'silero-vad', shown: 'Silero VAD', file: 'sound.wav', times: 20 },
    ...{ units: SOUND_S, unit: 'seconds of sound/s' },
    pipeline: oneStage('speech.detect-activity@1', 'audio', 'audio/*', 'segments'),
  },
];

/** Models through the whole system, beside one process that decodes, prepares and runs in a loop; and what going together gives. */
export const system: Benchmark = {
  name: 'system',
  async run(context) {
    const files = await makeWorkFiles(context);
    const here: Job[] = [];
    for (const job of JOBS)
      if (await isHere(job.workload, files)) here.push(job);
      else context.say(`${job.shown} is skipped: its weights are not in ${files.mirror}.`);
    if (here.length === 0) return [];
    const whole = await startSystem(files, true, context);
    const figures: Figure[] = [];
    for (const job of here) figures.push(await besideBareLoop(job, whole, files, context));
    if (here.includes(MOBILENET_JOB)) {
      const alone = await startSystem(files, false, context);
      figures.push(await gainOfTogether({ together: whole, alone }, files, context));
    }
    return figures;
  },
};

const timesOf = ({ times }: Job, { quick }: BenchmarkContext): number =>
  quick ? Math.ceil(times / 20) : times;

async function besideBareLoop(
  job: Job,
  whole: WholeSystem,
  files: WorkFolder,
  context: BenchmarkContext,
): Promise<Figure> {
  const times = timesOf(job, context);
  const rate = (ms: number): number => (times * job.units * 1_000) / ms;
  const file = join(files.folder, job.file);
  // Loads the model.
  await whole.work(job.pipeline, file, 2);
  const samples = await interleave(
    context.rounds,
    {
      ours: async () => rate(await whole.work(job.pipeline, file, times)),
      bare: async () => rate(await runBareLoop(job.workload, times, files)),
    },
    context.say,
  );
  return {
    ...{ benchmark: 'system', name: `${job.shown} through the whole system`, unit: job.unit },
    ours: spreadOf(samples.ours),
    yardstick: { name: 'a bare loop in one process', value: spreadOf(samples.bare) },
    target: { atLeast: 0.8 },
  };
}

/** How much faster pictures go together than one by one: through the system, and in a bare loop. */
async function gainOfTogether(
  systems: { readonly together: WholeSystem; readonly alone: WholeSystem },
  files: WorkFolder,
  context: BenchmarkContext,
): Promise<Figure> {
  const { pipeline, file } = MOBILENET_JOB;
  const times = Math.ceil(timesOf(MOBILENET_JOB, context) / TOGETHER) * TOGETHER;
  const path = join(files.folder, file);
  await systems.alone.work(pipeline, path, 2);
  const ms = await interleave(
    context.rounds,
    {
      together: () => systems.together.work(pipeline, path, times),
      alone: () => systems.alone.work(pipeline, path, times),
      'bare, together': () => runBareLoop('mobilenet-together', times / TOGETHER, files),
      'bare, alone': () => runBareLoop('mobilenet', times, files),
    },
    context.say,
  );
  const gains = (alone: readonly number[], together: readonly number[]): number[] =>
    alone.map((each, i) => each / together[i]!);
  return {
    ...{ benchmark: 'system', name: `MobileNet-V2, ${TOGETHER} pictures together: times as fast`, unit: 'x' },
    ours: spreadOf(gains(ms.alone, ms.together)),
    yardstick: { name: 'in a bare loop', value: spreadOf(gains(ms['bare, alone'], ms['bare, together'])) },
    target: { atLeast: 0.9 },
  };
}
