import { IntermodalError } from '@intermodal/contracts';
import { defineEngine, TextGenerator, type ChatOptions, type ChatReply } from '@intermodal/models';
import { CAUSAL_LM, type ChatOn } from '../causal-lm/causal-lm.ts';
import { probeFor, TransformersModel } from '../transformers-model.ts';

const TASK = 'text.chat';
const ARCHETYPES = [CAUSAL_LM];

export default defineEngine(TextGenerator, {
  name: 'transformers',
  probe: (context) => probeFor(TASK, ARCHETYPES, context),
  open: async (context) => {
    const opened = await TransformersModel.openFor(TASK, ARCHETYPES, context);
    return {
      use: {
        async chat(messages, options) {
          refuseUnknown(opened.model.id, options);
          const { maxTokens, signal, onText } = options;
          const request: ChatOn = { kind: 'chat', messages, maxTokens, told: onText !== undefined };
          const onPartial = (text: unknown): void => onText?.(text as string);
          return (await opened.call(request, { signal, onPartial })) as ChatReply;
        },
      },
      model: opened.model.id,
      device: opened.device,
      close: () => opened.close(),
    };
  },
});

/** What the library would pass over in silence. */
function refuseUnknown(model: string, { image, temperature, topP, stop, schema }: ChatOptions): void {
  const unknown = { image, temperature: temperature || undefined, topP, stop, schema };
  const [name] = Object.entries(unknown).flatMap(([key, value]) => (value === undefined ? [] : [key]));
  if (name !== undefined)
    throw new IntermodalError(
      'input.invalid',
      `The model ${model} gives the likeliest answer to a text and nothing else: leave out ${name}, or choose the engine llama or remote.`,
    );
}
