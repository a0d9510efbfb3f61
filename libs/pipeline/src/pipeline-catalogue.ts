import type { PipelineDocument } from '@intermodal/contracts';

/** Every published pipeline that a document may refer to, by `name@version`. */
export type PipelineCatalogue = ReadonlyMap<string, PipelineDocument>;

export const pipelinesOf = (documents: readonly PipelineDocument[]): PipelineCatalogue =>
  new Map(documents.map((document) => [pipelineKey(document), document]));

/** `speech-to-speech@1`, as documents name it. */
export const pipelineKey = ({ name, version }: { readonly name: string; readonly version: number }): string =>
  `${name}@${version}`;
