import { IntermodalError } from '@intermodal/contracts';
import { TextGenerator, type ChatOptions, type ChatReply } from '@intermodal/models';
import { CAUSAL_LM, type ChatOn } from '../causal-lm/causal-lm.ts';
import { transformersEngine } from '../transformers-engine.ts';

export default transformersEngine(TextGenerator, 'text.chat', [CAUSAL_LM], (opened) => ({
  async chat(messages, options) {
    refuseUnknown(opened.model.id, options);
    const { maxTokens, signal, onText } = options;
    const request: ChatOn = { kind: 'chat', messages, maxTokens, told: onText !== undefined };
    const onPartial = (text: unknown): void => onText?.(text as string);
    return (await opened.call(request, { signal, onPartial })) as ChatReply;
  },
}));

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
