import type { LoadOptions, Runner } from '../../hosts/runner.ts';
import { OpenedFolder } from '../open-folder.ts';
import { openAnswerer } from '../vision-language/open-answerer.ts';
import type { AnswerAboutPicture } from '../vision-language/vision-language.ts';
import { boundGrid, checkShape } from './bound-grid.ts';

/** What the library's own processor puts into a text for each token of a grid, before it makes that of the model of it. */
const PLACEHOLDER = '<|placeholder|>';

export async function load(options: LoadOptions): Promise<Runner> {
  const { processor, answer } = await openAnswerer(new OpenedFolder(options), [PLACEHOLDER]);
  boundGrid(processor.image_processor, options.device);
  return {
    async handle(request, call) {
      const asked = request as AnswerAboutPicture;
      checkShape(asked.picture);
      return answer(asked, call);
    },
  };
}
