import { PipelineDocument } from '@intermodal/contracts';
import { discover, misnamed } from './discover.ts';

/** Every `*.pipeline.ts` below `folder`, parsed. The file is named like the pipeline; anything else stops the program. */
export async function loadPipelines(folder: string): Promise<PipelineDocument[]> {
  return (await discover(folder, 'pipeline')).map((found) => {
    const name = (found.exported as { name?: string } | undefined)?.name;
    if (name !== found.expectedName) throw new Error(misnamed(found, 'pipeline', name));
    return PipelineDocument.parse(found.exported);
  });
}
