import { readFile } from 'node:fs/promises';
import { IntermodalError } from '@intermodal/contracts';
import { TextGenerator, type ChatMessage, type ChatOptions, type ChatReply } from '@intermodal/models';
import { defineRemoteEngine } from '../define-remote-engine.ts';
import type { Remote } from '../remote.ts';
import { Completion, StreamedCompletion, type Completed } from './completion.ts';

const ANSWER_MAX_BYTES = 16 * 1024 ** 2;

export default defineRemoteEngine(
  TextGenerator,
  'INTERMODAL_REMOTE_TEXT_GENERATOR',
  (remote): TextGenerator => new RemoteTextGenerator(remote),
);

class RemoteTextGenerator implements TextGenerator {
  readonly #remote: Remote;

  constructor(remote: Remote) {
    this.#remote = remote;
  }

  async chat(messages: readonly ChatMessage[], options: ChatOptions): Promise<ChatReply> {
    const { signal, onText } = options;
    signal.throwIfAborted();
    const streamed = onText && new StreamedCompletion(onText);
    const answer = await this.#remote.ask({
      path: '/chat/completions',
      body: {
        model: this.#remote.server.model,
        messages: await withImage(messages, options.image),
        max_tokens: options.maxTokens,
        temperature: options.temperature,
        ...(options.topP === undefined ? {} : { top_p: options.topP }),
        ...(options.seed === undefined ? {} : { seed: options.seed }),
        ...(options.stop === undefined ? {} : { stop: options.stop }),
        ...(options.schema === undefined ? {} : { response_format: formatOf(options.schema) }),
        ...(streamed ? { stream: true, stream_options: { include_usage: true } } : {}),
      },
      signal,
      maxBytes: ANSWER_MAX_BYTES,
      hidden: messages.map(({ content }) => content),
      onBytes: streamed && ((bytes) => streamed.push(bytes)),
    });
    const completed = streamed ? streamed.completed : whole(this.#remote.parse(answer, Completion));
    if (!completed) throw this.#remote.invalid('no end of its stream');
    const { refused, finishReason, ...reply } = completed;
    this.#remote.logUsage(answer, {
      inputTokens: reply.promptTokens ?? undefined,
      outputTokens: reply.completionTokens ?? undefined,
    });
    if (refused)
      throw new IntermodalError(
        'input.invalid',
        'The remote TextGenerator refuses to answer this conversation: say something else, or choose another engine.',
      );
    return { ...reply, finishReason: finishReason === 'length' ? 'length' : 'stop' };
  }
}

const whole = ({ choices: [choice], usage }: Completion): Completed => ({
  text: choice!.message.content ?? '',
  finishReason: choice!.finish_reason ?? null,
  refused: Boolean(choice!.message.refusal) || choice!.finish_reason === 'content_filter',
  promptTokens: usage?.prompt_tokens ?? null,
  completionTokens: usage?.completion_tokens ?? null,
});

const formatOf = (schema: object): object => ({
  type: 'json_schema',
  json_schema: { name: 'answer', schema, strict: true },
});

/** The picture goes with the last message, as an address that holds it. */
async function withImage(
  messages: readonly ChatMessage[],
  image: ChatOptions['image'],
): Promise<readonly object[]> {
  if (!image) return messages;
  const url = `data:${image.mediaType};base64,${(await readFile(image.path)).toString('base64')}`;
  const { role, content } = messages.at(-1)!;
  const seen = [
    { type: 'text', text: content },
    { type: 'image_url', image_url: { url } },
  ];
  return [...messages.slice(0, -1), { role, content: seen }];
}
