import { definePipeline } from '@intermodal/pipeline';

const properties = {
  kind: { enum: ['user', 'operational', 'bug'], default: 'user' },
  fraction: { type: 'number', default: 0.1 },
  ms: { type: 'number', default: 0 },
} as const;

const one = {
  stage: 'trial.fail@1',
  in: { value: '$item' },
  params: { kind: '$params.kind', fraction: '$params.fraction', ms: '$params.ms' },
} as const;
const each = { each: '$list.items', as: 'item', collect: { value: '$one.value' } } as const;

/**
 * The same failing items under every join and every onError. Which items an early join cancels depends on the order, so
 * that such an each is no output.
 */
export default definePipeline({
  name: 'trial-policies',
  version: 1,
  input: { count: { type: 'integer', minimum: 0 } },
  params: { type: 'object', properties },
  nodes: {
    list: { stage: 'trial.list@1', in: { count: '$input.count' } },
    all: { ...each, nodes: { one }, join: 'all', onError: 'skip' },
    any: { ...each, nodes: { one }, join: 'any', onError: 'skip' },
    quorum: { ...each, nodes: { one }, join: { quorum: 5 }, onError: 'skip' },
    always: { ...each, nodes: { one }, join: 'always' },
    skipped: { ...each, nodes: { one: { ...one, onError: 'skip' } } },
    defaulted: { ...each, nodes: { one: { ...one, onError: 'default', default: { value: -1 } } } },
  },
  output: { always: '$always', skipped: '$skipped', defaulted: '$defaulted' },
});
