import type { Engine } from '@intermodal/models';
import { discover, misnamed } from './discover.ts';

/** Every `*.engine.ts` below `folder`. The file is named like the engine; anything else stops the program. */
export async function loadEngines(folder: string): Promise<Engine[]> {
  return (await discover(folder, 'engine')).map((found) => {
    const engine = found.exported as Engine | undefined;
    // Engines may stand in folders that group them; a name has no dots, so the last word is the file's name.
    const expectedName = found.expectedName.split('.').at(-1)!;
    if (engine?.name !== expectedName)
      throw new Error(misnamed({ ...found, expectedName }, 'engine', engine?.name));
    return engine;
  });
}
