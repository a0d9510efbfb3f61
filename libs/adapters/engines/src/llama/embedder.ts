import type { LlamaEmbeddingContext, LlamaModel } from 'node-llama-cpp';
import { RunnerFault } from '../hosts/runner.ts';
import type { LlamaEmbeddings } from './requests.ts';

/** Turns texts into vectors, in a context that is made when the first text comes. */
export class Embedder {
  readonly #model: LlamaModel;
  readonly #contextTokens: number;
  #context: Promise<LlamaEmbeddingContext> | undefined;

  constructor(model: LlamaModel, contextTokens: number) {
    this.#model = model;
    this.#contextTokens = contextTokens;
  }

  async embed(texts: readonly string[], signal: AbortSignal): Promise<LlamaEmbeddings> {
    const contextSize = Math.min(this.#contextTokens, this.#model.trainContextSize);
    const counts = await this.#lengthsOf(texts, contextSize);
    const context = await this.#opened(contextSize);
    const vectors: (readonly number[])[] = [];
    for (const text of texts) {
      signal.throwIfAborted();
      vectors.push((await context.getEmbeddingFor(text)).vector);
    }
    return { vectors, tokens: counts.reduce((sum, count) => sum + count, 0) };
  }

  async #lengthsOf(texts: readonly string[], contextSize: number): Promise<number[]> {
    const context = await this.#opened(contextSize);
    return texts.map((text, at) => {
      const tokens = context.calculateInputLength(text);
      if (tokens <= contextSize) return tokens;
      throw new RunnerFault(
        'input.too_large',
        `reads ${contextSize} tokens at most, and the text ${at + 1} of ${texts.length} has ${tokens}: give it shorter texts.`,
      );
    });
  }

  #opened(contextSize: number): Promise<LlamaEmbeddingContext> {
    // One that could not be made is tried again.
    this.#context ??= this.#model
      .createEmbeddingContext({ contextSize, batchSize: contextSize })
      .catch((error: unknown) => {
        this.#context = undefined;
        throw error;
      });
    return this.#context;
  }
}
