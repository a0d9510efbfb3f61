import { createParser } from 'eventsource-parser';
import { z } from 'zod';

const Usage = z.object({ prompt_tokens: z.number(), completion_tokens: z.number() }).nullish().catch(null);

/** What `/chat/completions` answers. */
export const Completion = z.object({
  choices: z
    .array(
      z.object({
        message: z.object({ content: z.string().nullish(), refusal: z.string().nullish() }),
        finish_reason: z.string().nullish(),
      }),
    )
    .min(1),
  usage: Usage,
});
export type Completion = z.output<typeof Completion>;

/** One event of the same answer as a stream. The one with the usage has no choice. */
const Chunk = z.object({
  choices: z.array(
    z.object({
      delta: z.object({ content: z.string().nullish(), refusal: z.string().nullish() }).nullish(),
      finish_reason: z.string().nullish(),
    }),
  ),
  usage: Usage,
});

export interface Completed {
  readonly text: string;
  readonly finishReason: string | null;
  readonly refused: boolean;
  readonly promptTokens: number | null;
  readonly completionTokens: number | null;
}

/** Puts a streamed answer together, and tells each piece of it. */
export class StreamedCompletion {
  readonly #onText: (text: string) => void;
  readonly #decoder = new TextDecoder();
  readonly #parser = createParser({ onEvent: ({ data }) => this.#take(data) });
  #text = '';
  #finishReason: string | null = null;
  #refused = false;
  #usage: z.output<typeof Usage> = null;
  #isOver = false;

  constructor(onText: (text: string) => void) {
    this.#onText = onText;
  }

  push(bytes: Uint8Array): void {
    this.#parser.feed(this.#decoder.decode(bytes, { stream: true }));
  }

  /** Undefined when the stream ended before the answer did. */
  get completed(): Completed | undefined {
    if (!this.#isOver) return undefined;
    return {
      text: this.#text,
      finishReason: this.#finishReason,
      refused: this.#refused,
      promptTokens: this.#usage?.prompt_tokens ?? null,
      completionTokens: this.#usage?.completion_tokens ?? null,
    };
  }

  #take(data: string): void {
    if (data === '[DONE]') {
      this.#isOver = true;
      return;
    }
    const chunk = Chunk.safeParse(jsonOr(data));
    // Some servers send comments of their own; an answer without an end is found in the end.
    if (!chunk.success) return;
    this.#usage = chunk.data.usage ?? this.#usage;
    const [choice] = chunk.data.choices;
    if (!choice) return;
    if (choice.delta?.refusal) this.#refused = true;
    if (choice.finish_reason) {
      this.#finishReason = choice.finish_reason;
      this.#isOver = true;
      if (choice.finish_reason === 'content_filter') this.#refused = true;
    }
    const piece = choice.delta?.content;
    if (!piece) return;
    this.#text += piece;
    this.#onText(piece);
  }
}

function jsonOr(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
