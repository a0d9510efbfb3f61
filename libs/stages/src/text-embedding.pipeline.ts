import { definePipeline } from '@intermodal/pipeline';

export default definePipeline({
  name: 'text-embedding',
  version: 1,
  summary: 'Turns texts into vectors that are near each other where their meanings are.',
  input: {
    texts: { type: 'array', minItems: 1, maxItems: 2_048, items: { type: 'string', minLength: 1 } },
  },
  nodes: { embedded: { stage: 'text.embed@1', in: { texts: '$input.texts' } } },
  output: { vectors: '$embedded.vectors', 'promptTokens?': '$embedded.promptTokens' },
});
