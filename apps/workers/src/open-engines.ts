import { toIntermodalError } from '@intermodal/contracts';
import type { EngineRoom } from '@intermodal/models';
import type { OpenedThere, StageCatalogue } from '@intermodal/pipeline';
import type { Logger } from 'pino';

/**
 * Opens what the stages need before the first task comes. In local mode a stage whose engine is missing is served all the
 * same, and its tasks fail `engine.unavailable`; in a cluster that would fail jobs that another worker could run.
 * @returns capability -> engine, model, device
 */
export async function openEngines(
  stages: StageCatalogue,
  room: EngineRoom,
  options: { mode: 'local' | 'cluster'; log: Logger },
): Promise<Record<string, OpenedThere>> {
  const capabilities = new Set(
    [...stages.values()].flatMap((stage) => Object.values(stage.needs).map(({ name }) => name)),
  );
  const engines: Record<string, OpenedThere> = {};
  for (const capability of capabilities) {
    try {
      const { engine, model, device } = await room.resolve(capability);
      engines[capability] = { engine, device, ...(model !== undefined && { model }) };
    } catch (thrown) {
      const error = toIntermodalError(thrown);
      if (options.mode === 'cluster')
        throw new Error(`${error.message} Install it, or start this worker with --without STAGE.`, {
          cause: thrown,
        });
      options.log.warn({ capability, code: error.code }, error.message);
      engines[capability] = { unavailable: error.message };
    }
  }
  return engines;
}
