import { RANGE, type Dashboard } from './dashboard.ts';

const P = 'pool=~"$pool"';

export const models: Dashboard = {
  name: 'models',
  title: 'Intermodal: models',
  byPool: true,
  panels: [
    {
      title: 'Models in memory',
      about: 'Processes that hold one, over all workers.',
      unit: 'short',
      queries: [
        {
          expr: `sum by (model, device) (intermodal_model_loaded{${P}})`,
          legend: '{{model}} {{device}}',
          rare: true,
        },
      ],
    },
    {
      title: 'Memory by model',
      about: 'Measured on a CPU, estimated on a graphics card.',
      unit: 'bytes',
      queries: [
        {
          expr: `sum by (model, device) (intermodal_model_memory_bytes{${P}})`,
          legend: '{{model}} {{device}}',
          rare: true,
        },
      ],
    },
    {
      title: 'Memory budget in use',
      about: 'Of the fullest worker of a pool. Full is no fault; full with many evictions is.',
      unit: 'percentunit',
      queries: [
        {
          expr: `max by (pool) (sum by (pool, instance) (intermodal_model_memory_bytes{${P}, device="cpu"}) / sum by (pool, instance) (intermodal_model_memory_limit_bytes{${P}}))`,
          legend: '{{pool}}',
          rare: true,
        },
      ],
    },
    {
      title: 'Loads, and processes that ended',
      about: 'evicted: for another model. idle: not called for long. Anything with a dot is an error code.',
      unit: 'ops',
      queries: [
        {
          expr: `sum by (model) (rate(intermodal_model_loads_total{${P}}[${RANGE}]))`,
          legend: '{{model}} loaded',
          rare: true,
        },
        {
          expr: `sum by (model, reason) (rate(intermodal_model_ends_total{${P}}[${RANGE}]))`,
          legend: '{{model}} {{reason}}',
          rare: true,
        },
      ],
    },
    {
      title: 'Seconds to load, p95',
      about: 'Warm-up included.',
      unit: 's',
      queries: [
        {
          expr: `histogram_quantile(0.95, sum by (model, le) (rate(intermodal_model_load_seconds_bucket{${P}}[${RANGE}])))`,
          legend: '{{model}}',
          rare: true,
        },
      ],
    },
    {
      title: 'Calls a second',
      about: 'By what came of them.',
      unit: 'ops',
      queries: [
        {
          expr: `sum by (model, outcome) (rate(intermodal_model_call_seconds_count{${P}}[${RANGE}]))`,
          legend: '{{model}} {{outcome}}',
          rare: true,
        },
      ],
    },
    {
      title: 'Seconds of a call, p95',
      about: 'Waiting for its turn and loading included.',
      unit: 's',
      queries: [
        {
          expr: `histogram_quantile(0.95, sum by (model, le) (rate(intermodal_model_call_seconds_bucket{${P}}[${RANGE}])))`,
          legend: '{{model}}',
          rare: true,
        },
      ],
    },
    {
      title: 'Calls under way',
      about: 'Most models take one at a time: the rest waits.',
      unit: 'short',
      queries: [
        {
          expr: `sum by (model) (intermodal_model_calls_under_way{${P}})`,
          legend: '{{model}}',
          rare: true,
        },
      ],
    },
    {
      title: 'Calls of engines a second',
      about: 'Programs, remote servers, and models with what is done around them.',
      unit: 'ops',
      queries: [
        {
          expr: `sum by (capability, engine, outcome) (rate(intermodal_engine_call_seconds_count{${P}}[${RANGE}]))`,
          legend: '{{capability}} {{engine}} {{outcome}}',
          rare: true,
        },
      ],
    },
    {
      title: 'Seconds of a call of an engine, p95',
      about: 'Of remote servers with all tries.',
      unit: 's',
      queries: [
        {
          expr: `histogram_quantile(0.95, sum by (capability, call, engine, le) (rate(intermodal_engine_call_seconds_bucket{${P}}[${RANGE}])))`,
          legend: '{{capability}}.{{call}} {{engine}}',
          rare: true,
        },
      ],
    },
    {
      title: 'Calls of engines under way',
      about: 'With those that wait for their turn.',
      unit: 'short',
      queries: [
        {
          expr: `sum by (capability, engine) (intermodal_engine_calls_under_way{${P}})`,
          legend: '{{capability}} {{engine}}',
          rare: true,
        },
      ],
    },
    {
      title: 'Tasks in a micro-batch',
      about: 'The mean. Near 1 while tasks wait: their params or shapes differ, or they come one by one.',
      unit: 'short',
      queries: [
        {
          expr: `sum by (stage, model) (rate(intermodal_micro_batch_items_sum{${P}}[${RANGE}])) / sum by (stage, model) (rate(intermodal_micro_batch_items_count{${P}}[${RANGE}]))`,
          legend: '{{stage}} {{model}}',
          rare: true,
        },
      ],
    },
    {
      title: 'Wait of the first of a micro-batch, p95',
      about: 'While a call is under way, whatever comes waits for the next.',
      unit: 's',
      queries: [
        {
          expr: `histogram_quantile(0.95, sum by (stage, le) (rate(intermodal_micro_batch_wait_seconds_bucket{${P}}[${RANGE}])))`,
          legend: '{{stage}}',
          rare: true,
        },
      ],
    },
  ],
};
