import {
  InsufficientMemoryError,
  LlamaChat,
  resolveChatWrapper,
  type ChatHistoryItem,
  type ChatWrapper,
  type LlamaContext,
  type LlamaContextSequence,
  type LlamaGrammar,
  type LlamaModel,
  type Token,
} from 'node-llama-cpp';
import type { ChatMessage, ChatReply } from '@intermodal/models';
import { RunnerFault, type RunnerCall } from '../hosts/runner.ts';
import type { ChatSettings, LlamaLoad, LlamaRequest } from './requests.ts';

type Opened = Exclude<LlamaLoad, string>;
type Asked = Extract<LlamaRequest, { kind: 'chat' }>;

/** Conversations with one model; those that are gone on with at the same time share each run of it. */
export class Conversations {
  readonly #model: LlamaModel;
  readonly #context: LlamaContext;
  readonly #form: ChatWrapper;
  readonly #free: LlamaContextSequence[];

  static async open(model: LlamaModel, { contextTokens, conversations }: Opened): Promise<Conversations> {
    try {
      const contextSize = Math.min(contextTokens, model.trainContextSize);
      const context = await model.createContext({ contextSize, sequences: conversations });
      return new Conversations(model, context);
    } catch (error) {
      if (error instanceof InsufficientMemoryError)
        throw new RunnerFault(
          'model.too_large',
          `has no memory left for ${conversations} conversations of ${contextTokens} tokens: give it fewer or shorter ones by 'conversations'.`,
        );
      throw error;
    }
  }

  private constructor(model: LlamaModel, context: LlamaContext) {
    this.#model = model;
    this.#context = context;
    this.#form = resolveChatWrapper(model);
    this.#free = Array.from({ length: context.totalSequences }, () => context.getSequence());
  }

  async goOn({ messages, options, told }: Asked, call: RunnerCall): Promise<ChatReply> {
    const history = historyOf(messages);
    const prompt = this.#tokensOf(history);
    // What goes beyond the context would push out its beginning without a word.
    const room = this.#context.contextSize - prompt.length - 1;
    if (room < 1)
      throw new RunnerFault(
        'input.too_large',
        `reads ${this.#context.contextSize} tokens at most, and the conversation has ${prompt.length}: say less.`,
      );
    const grammar = await this.#grammarOf(options.schema);
    const sequence = this.#take(prompt);
    const writtenBefore = writtenBy(sequence);
    const chat = new LlamaChat({ contextSequence: sequence, chatWrapper: this.#form });
    try {
      const { response, metadata } = await chat.generateResponse(history, {
        ...settingsOf(options, room),
        ...(grammar && { grammar }),
        signal: call.signal,
        onTextChunk: (text) => {
          if (told && text !== '') call.partial(text);
        },
      });
      return {
        text: response,
        finishReason: metadata.stopReason === 'maxTokens' ? 'length' : 'stop',
        promptTokens: prompt.length,
        completionTokens: writtenBy(sequence) - writtenBefore,
      };
    } finally {
      chat.dispose({ disposeSequence: false });
      this.#free.push(sequence);
    }
  }

  /** Of those that are free, the one that has read the most of it already. There is one: no more calls come at once. */
  #take(prompt: readonly Token[]): LlamaContextSequence {
    const known = this.#free.map(({ contextTokens }) => sharedStart(contextTokens, prompt));
    const [sequence] = this.#free.splice(known.indexOf(Math.max(...known)), 1);
    if (!sequence) throw new Error('More conversations came at once than there are contexts.');
    return sequence;
  }

  #tokensOf(chatHistory: readonly ChatHistoryItem[]): Token[] {
    const { contextText } = this.#form.generateContextState({ chatHistory });
    return contextText.tokenize(this.#model.tokenizer);
  }

  async #grammarOf(schema: ChatSettings['schema']): Promise<LlamaGrammar | undefined> {
    if (!schema) return undefined;
    try {
      return await this.#model.llama.createGrammarForJsonSchema(schema as never);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new RunnerFault('input.invalid', `cannot keep to the JSON Schema of 'schema': ${why}`);
    }
  }
}

/** The last item is the answer, which is empty yet. */
function historyOf(messages: readonly ChatMessage[]): ChatHistoryItem[] {
  const said = messages.map(({ role, content }): ChatHistoryItem =>
    role === 'assistant' ? { type: 'model', response: [content] } : { type: role, text: content },
  );
  return [...said, { type: 'model', response: [] }];
}

const settingsOf = ({ maxTokens, temperature, topP, seed, stop }: ChatSettings, room: number) => ({
  maxTokens: Math.min(maxTokens, room),
  temperature,
  ...(topP === undefined ? {} : { topP }),
  ...(seed === undefined ? {} : { seed }),
  ...(stop === undefined ? {} : { customStopTriggers: stop }),
  repeatPenalty: false as const,
});

function sharedStart(one: readonly Token[], other: readonly Token[]): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  return length;
}

const writtenBy = (sequence: LlamaContextSequence): number => sequence.tokenMeter.getState().usedOutputTokens;
