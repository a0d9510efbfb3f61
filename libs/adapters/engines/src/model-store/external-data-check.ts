import { posix } from 'node:path';
import { IntermodalError } from '@intermodal/contracts';
import type { Model } from '@intermodal/models';
import { readExternalData } from '../onnx/external-data.ts';

/**
 * Whether every file that the networks of a model keep weights in is one of its own: another one is never fetched, and a process
 * that opens a network without it dies. What cannot be read as a network is refused by whoever opens it.
 * @param paths where its files are, by name
 * @throws IntermodalError `model.unavailable`
 */
export async function checkExternalData(
  model: Model,
  paths: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [file, path] of Object.entries(paths)) {
    if (!file.endsWith('.onnx')) continue;
    const read = await readExternalData(path);
    for (const location of 'locations' in read ? read.locations : []) {
      const name = posix.join(posix.dirname(file), location);
      if (!Object.hasOwn(paths, name))
        throw new IntermodalError(
          'model.unavailable',
          `The network ${file} of the model ${model.id} keeps weights in ${location}, and the model has no file ${name}: add it to ` +
            'the files of the model, and pull it again.',
        );
    }
  }
}
