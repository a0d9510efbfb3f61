import { TextEmbedder, type Embeddings } from '@intermodal/models';
import { z } from 'zod';
import { unitVector } from '../../unit-vector.ts';
import { defineRemoteEngine } from '../define-remote-engine.ts';
import type { Remote } from '../remote.ts';

const ANSWER_MAX_BYTES = 128 * 1024 ** 2;

export default defineRemoteEngine(
  TextEmbedder,
  'INTERMODAL_REMOTE_TEXT_EMBEDDER',
  (remote): TextEmbedder => new RemoteTextEmbedder(remote),
);

const Answer = z.object({
  data: z.array(z.object({ index: z.number().int(), embedding: z.array(z.number()).min(1) })),
  usage: z.object({ prompt_tokens: z.number() }).nullish().catch(null),
});

class RemoteTextEmbedder implements TextEmbedder {
  readonly #remote: Remote;

  constructor(remote: Remote) {
    this.#remote = remote;
  }

  async embed(texts: readonly string[], { signal }: { signal: AbortSignal }): Promise<Embeddings> {
    signal.throwIfAborted();
    const answer = await this.#remote.ask({
      path: '/embeddings',
      body: { model: this.#remote.server.model, input: texts, encoding_format: 'float' },
      signal,
      maxBytes: ANSWER_MAX_BYTES,
      hidden: texts,
    });
    const { data, usage } = this.#remote.parse(answer, Answer);
    const tokens = usage?.prompt_tokens ?? null;
    this.#remote.logUsage(answer, { inputTokens: tokens ?? undefined, outputTokens: 0 });
    const placed = new Map(data.map(({ index, embedding }) => [index, embedding]));
    const vectors = texts.map((_, i) => unitVector(placed.get(i) ?? []));
    const [{ length } = []] = vectors;
    if (length === 0 || vectors.some((vector) => vector.length !== length))
      throw this.#remote.invalid('vectors that are not one for each text, all of one length');
    return { vectors, tokens };
  }
}
