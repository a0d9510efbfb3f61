import type { ChatMessage } from '@intermodal/models';
import { runnerAddress } from '../../hosts/runner.ts';
import { TOKENIZER, type Archetype } from '../archetype.ts';

/** A language model that goes on with a conversation. */
export const CAUSAL_LM: Archetype = {
  name: 'language model',
  modelTypes: [
    ...['llama', 'qwen2', 'qwen3', 'gemma', 'gemma2', 'gemma3_text', 'phi', 'phi3', 'mistral', 'gpt2'],
    ...['granite', 'olmo', 'olmo2', 'smollm3', 'stablelm', 'falcon', 'lfm2'],
  ],
  files: TOKENIZER,
  runner: runnerAddress(import.meta.url, './causal-lm-runner'),
  warmUp: {
    ...{ kind: 'chat', messages: [{ role: 'user', content: 'Hello.' }], maxTokens: 1, told: false },
  } satisfies ChatOn,
};

export interface ChatOn {
  readonly kind: 'chat';
  readonly messages: readonly ChatMessage[];
  /** Of the answer, at most. */
  readonly maxTokens: number;
  /** Whether pieces of the answer are told while it is written. */
  readonly told: boolean;
}
