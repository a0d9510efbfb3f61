import type { Benchmark } from '../benchmark.ts';
import type { Figure } from '../figure.ts';
import { comingAndGoing } from '../models/coming-and-going.ts';
import { recoveryFrom } from '../models/recovery.ts';
import { speedOf } from '../models/speed.ts';
import { makeWorkFiles, SOUND_S } from '../models/work-files.ts';
import { isHere, type WorkloadName } from '../models/workload.ts';

/** `colour` is made by hand and always there. */
const WORKLOADS = ['colour', 'yolox-nano', 'mobilenet', 'silero-vad'] as const satisfies WorkloadName[];

/** What a host costs beside the same work in one process, and what happens when models come, go and misbehave. */
export const models: Benchmark = {
  name: 'models',
  async run(context) {
    const { quick, say } = context;
    const files = await makeWorkFiles(context);
    const figures: Figure[] = [];
    for (const name of WORKLOADS) {
      if (!(await isHere(name, files))) {
        say(`${name} is skipped: its weights are not in ${files.mirror}.`);
        continue;
      }
      const work =
        name === 'silero-vad'
          ? { times: quick ? 1 : 10, units: SOUND_S, unit: 'seconds of sound/s' }
          : { times: quick ? 20 : 200, units: 1, unit: 'pictures/s' };
      figures.push(await speedOf(name, files, work, context));
    }
    figures.push(await comingAndGoing(files, context));
    for (const misdeed of ['hang', 'exit', 'alloc'] as const)
      figures.push(await recoveryFrom(misdeed, files, context));
    return figures;
  },
};
