import type { ChatMessage, ChatOptions } from '@intermodal/models';

export type LlamaLoad =
  | {
      /** Absolute path of a verified GGUF file; the first one where a model is split. */
      readonly path: string;
      readonly contextTokens: number;
      /** Conversations that are gone on with at the same time, each with a context of its own. */
      readonly conversations: number;
    }
  /** Only whether the library can use the device. */
  | 'device';

export type LlamaRequest =
  | {
      readonly kind: 'chat';
      readonly messages: readonly ChatMessage[];
      readonly options: ChatSettings;
      /** Whether pieces of the answer are told while it is written. */
      readonly told: boolean;
    }
  | { readonly kind: 'embed'; readonly texts: readonly string[] };

export type ChatSettings = Pick<
  ChatOptions,
  'maxTokens' | 'temperature' | 'topP' | 'seed' | 'stop' | 'schema'
>;

export interface LlamaEmbeddings {
  readonly vectors: readonly (readonly number[])[];
  readonly tokens: number;
}
