import { IntermodalError } from '@intermodal/contracts';
import type { PoolRecords, StageCatalogue } from '@intermodal/pipeline';
import { jsonAnswer, type StatusAnswer } from '@intermodal/process';
import type { Logger } from 'pino';
import { z } from 'zod';
import { readBacklog } from './read-backlog.ts';

const amount = (most: number) => z.coerce.number().positive().max(most);

const Query = z.strictObject({
  targetSeconds: amount(86_400).default(60),
  slotsPerWorker: amount(256).optional(),
});

/** Where the status port of an API process answers it. */
export const BACKLOG_PATH = '/internal/pools/:pool/backlog';

/**
 * What a scaler asks (docs/kubernetes.md). 404: there is no such pool; 400: the query is not understood; 503: it cannot be
 * known now. A number is only ever given with 200.
 */
export const backlogRoute =
  (records: PoolRecords, catalogue: StageCatalogue, log: Pick<Logger, 'warn'>) =>
  async ({ pool = '' }: Readonly<Record<string, string>>, query: URLSearchParams): Promise<StatusAnswer> => {
    const asked = Query.safeParse(Object.fromEntries(query));
    if (!asked.success)
      return jsonAnswer(400, {
        problem: `The query ${asked.error.issues.map(({ path, message }) => [...path, message].join(': ')).join('; ')}.`,
      });
    try {
      const backlog = await readBacklog(records, catalogue, { pool, ...asked.data });
      return backlog === undefined
        ? jsonAnswer(404, { problem: 'No stage belongs to such a pool, and no worker serves it.' })
        : jsonAnswer(200, backlog);
    } catch (error) {
      if (!(error instanceof IntermodalError)) throw error;
      log.warn({ err: error, pool }, 'the backlog could not be read');
      return jsonAnswer(503, { problem: 'The backlog cannot be read: the records do not answer.' });
    }
  };
