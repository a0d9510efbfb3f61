import type { PreTrainedTokenizer } from '@huggingface/transformers';
import { RunnerFault } from '../hosts/runner.ts';

/** @throws RunnerFault `model.invalid` where a tokenizer does not say how a conversation is written */
export function checkChatTemplate(tokenizer: PreTrainedTokenizer): void {
  if (!tokenizer.chat_template)
    throw new RunnerFault(
      'model.invalid',
      'cannot be asked: its tokenizer_config.json has no chat_template, which says how a conversation is written.',
    );
}
