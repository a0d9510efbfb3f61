import { defineCapability } from '../capability.ts';

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

export interface ChatOptions {
  /** A picture that the last message is about: absolute path and media type. */
  readonly image?: { readonly path: string; readonly mediaType: string } | undefined;
  /** Tokens of the answer, at most. */
  readonly maxTokens: number;
  /** 0: always the likeliest token, so that the same question has the same answer. */
  readonly temperature: number;
  /** 0..1; of the likeliest tokens, those that together make up this share. Only above a temperature of 0. */
  readonly topP?: number | undefined;
  /** The same seed gives the same answer on the same machine. Only above a temperature of 0. */
  readonly seed?: number | undefined;
  /** The answer ends before any of these. */
  readonly stop?: readonly string[] | undefined;
  /** JSON Schema that the answer keeps to. */
  readonly schema?: Readonly<Record<string, unknown>> | undefined;
  readonly signal: AbortSignal;
  /** Told each piece of the answer, in order; together they are its text. */
  readonly onText?: ((text: string) => void) | undefined;
}

export interface ChatReply {
  readonly text: string;
  /** `length`: it was cut off at `maxTokens`. */
  readonly finishReason: 'stop' | 'length';
  /** Null where the engine does not say. */
  readonly promptTokens: number | null;
  readonly completionTokens: number | null;
}

/** A language model that goes on with a conversation. */
export interface TextGenerator {
  /**
   * @param messages at least one; the last is answered
   * @throws IntermodalError `input.too_large` for a conversation beyond the context; `input.invalid` for what the model cannot do
   */
  chat(messages: readonly ChatMessage[], options: ChatOptions): Promise<ChatReply>;
}

export const TextGenerator = defineCapability<TextGenerator>('TextGenerator');
