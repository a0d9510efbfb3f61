import type { ModelTask } from '@intermodal/contracts';
import { defineEngine, type Capability, type Engine } from '@intermodal/models';
import type { Archetype } from './archetype.ts';
import { probeFor, TransformersModel } from './transformers-model.ts';

/**
 * The engine `transformers` of a capability that one model serves: the first one for the task that is here.
 * @param use what the opened model is to those who need the capability
 */
export const transformersEngine = <Interface>(
  capability: Capability<Interface>,
  task: ModelTask,
  archetypes: readonly Archetype[],
  use: (opened: TransformersModel) => Interface | Promise<Interface>,
): Engine<Interface> =>
  defineEngine(capability, {
    name: 'transformers',
    probe: (context) => probeFor(task, archetypes, context),
    open: async (context) => {
      const opened = await TransformersModel.openFor(task, archetypes, context);
      try {
        return {
          use: await use(opened),
          model: opened.model.id,
          device: opened.device,
          close: () => opened.close(),
        };
      } catch (error) {
        // Its entry or its config says what cannot be; nobody else would close it.
        await opened.close();
        throw error;
      }
    },
  });
