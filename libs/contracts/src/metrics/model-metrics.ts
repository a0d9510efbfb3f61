import { DEVICE, MODEL, TASK_SECONDS, type MetricAbout } from './about.ts';

/** What workers do with models: a process for each. */
export const MODEL_METRICS = {
  intermodal_model_loaded: {
    kind: 'gauge',
    help: '1 for each model that is in memory now.',
    labels: { model: MODEL, device: DEVICE },
    from: 'workers',
  },
  intermodal_model_memory_bytes: {
    kind: 'gauge',
    help: 'Memory of the process that holds a model: measured on a CPU, estimated on a graphics card.',
    labels: { model: MODEL, device: DEVICE },
    from: 'workers',
  },
  intermodal_model_memory_limit_bytes: {
    kind: 'gauge',
    help: 'Main memory that all models of this process may take (INTERMODAL_MODEL_MEMORY_BYTES).',
    labels: {},
    from: 'workers',
  },
  intermodal_model_loads_total: {
    kind: 'counter',
    help: 'Times that a model was loaded.',
    labels: { model: MODEL, device: DEVICE },
    from: 'workers',
  },
  intermodal_model_load_seconds: {
    kind: 'histogram',
    help: 'How long loading took, warm-up included.',
    labels: { model: MODEL, device: DEVICE },
    buckets: [0.1, 0.5, 1, 2, 5, 10, 30, 60, 300],
    from: 'workers',
  },
  intermodal_model_ends_total: {
    kind: 'counter',
    help: 'Processes of models that ended.',
    labels: {
      model: MODEL,
      device: DEVICE,
      reason:
        '`evicted` (for another), `idle`, `closed`, `aborted` (nobody wanted its answer), or the error code: `stage.crashed` is a crash',
    },
    from: 'workers',
  },
  intermodal_model_call_seconds: {
    kind: 'histogram',
    help: 'How long a call of a model took, from asking to the answer: waiting for its turn and loading included.',
    labels: { model: MODEL, outcome: '`done`, `failed` or `aborted`' },
    buckets: TASK_SECONDS,
    from: 'workers',
  },
  intermodal_model_calls_under_way: {
    kind: 'gauge',
    help: 'Calls of a model that run or wait for their turn.',
    labels: { model: MODEL },
    from: 'workers',
  },
} as const satisfies Record<`intermodal_${string}`, MetricAbout>;
