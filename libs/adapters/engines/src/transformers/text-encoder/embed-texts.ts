import type { Embeddings } from '@intermodal/models';
import { unitVector } from '../../unit-vector.ts';
import type { TransformersModel } from '../transformers-model.ts';
import type { EmbeddedTexts, EmbedTexts } from './text-encoder.ts';

/** By any model whose runner answers `embed`. */
export async function embedTexts(
  opened: TransformersModel,
  texts: readonly string[],
  signal: AbortSignal,
): Promise<Embeddings> {
  const request: EmbedTexts = { kind: 'embed', texts };
  const { vectors, tokens } = (await opened.call(request, { signal })) as EmbeddedTexts;
  return {
    vectors: vectors.map(unitVector),
    tokens: tokens.reduce((sum, one) => sum + one, 0),
    tokensOfEach: tokens,
  };
}
