import { TASK_SECONDS, type MetricAbout } from './about.ts';

const CAPABILITY = 'what a stage needs, e.g. `Translator`';
const ENGINE = 'what provides it here: a program, a library that runs models, or `remote`';

/** What workers ask engines for. */
export const ENGINE_METRICS = {
  intermodal_engine_call_seconds: {
    kind: 'histogram',
    help: 'How long an engine took to answer: a program, a remote server with all tries, or a model with what is done around it.',
    labels: {
      capability: CAPABILITY,
      call: 'method of the capability, e.g. `translate`',
      engine: ENGINE,
      outcome: '`done`, `failed` or `aborted`',
    },
    buckets: TASK_SECONDS,
    from: 'workers',
  },
  intermodal_engine_calls_under_way: {
    kind: 'gauge',
    help: 'Calls of an engine that run or wait for their turn.',
    labels: { capability: CAPABILITY, engine: ENGINE },
    from: 'workers',
  },
} as const satisfies Record<`intermodal_${string}`, MetricAbout>;
