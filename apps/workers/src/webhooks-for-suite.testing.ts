import { newUuid } from '@intermodal/contracts';
import { LOCAL_TENANT, openRecords, type Records } from '@intermodal/records';
import { noTracing } from '@intermodal/telemetry';
import { createDatabase, oneStep, type TestDatabase } from '@intermodal/testing';
import { derivedSecrets, httpWebhookSender } from '@intermodal/webhooks';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { WebhookDispatcher, type DispatcherOptions } from './webhook-dispatcher.ts';
import { startReceiver } from './webhook-receiver.testing.ts';

/** Records of its own for a suite; receivers and dispatchers, which end with each test; and jobs to tell of. */
export function webhooksForSuite({ leaseMs }: { leaseMs: number }) {
  const secrets = derivedSecrets('a-key-for-tests-0123456789abcdefgh');
  const here = { secrets } as { secrets: typeof secrets; records: Records; sql: pg.Client };
  const closing: (() => Promise<unknown>)[] = [];
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase();
    here.records = openRecords({ databaseUrl: database.url, connections: 8 });
    await here.records.migrate();
    here.sql = new pg.Client({ connectionString: database.url });
    await here.sql.connect();
    await here.sql.query('SET search_path = intermodal');
  });
  afterAll(async () => {
    await here.sql.end();
    await here.records.close();
    await database.drop();
  });
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });
  return Object.assign(here, {
    async receiver(...answers: Parameters<typeof startReceiver>) {
      const started = await startReceiver(...answers);
      closing.push(() => started[Symbol.asyncDispose]());
      return started;
    },
    dispatch(change: Partial<DispatcherOptions> = {}): WebhookDispatcher {
      const dispatcher = new WebhookDispatcher({
        records: here.records.webhooks,
        sender: httpWebhookSender({ policy: { loopback: true, http: true } }),
        ...{ secrets, tracing: noTracing, log: pino({ level: 'silent' }) },
        schedule: [0, 1, 1, 1, 1, 1, 1, 1],
        ...{ pollMs: 20, leaseMs, keepMs: 60_000 },
        breaker: { failuresMax: 50, pauseMs: 10, disableMs: 60_000 },
        ...change,
      });
      dispatcher.start();
      closing.push(() => dispatcher.stop());
      return dispatcher;
    },
    /** @param url of who wants to be told of this job alone */
    async submit(url?: string): Promise<string> {
      const { jobId } = await here.records.jobs.submit({
        ...{
          id: newUuid(),
          tenantId: LOCAL_TENANT,
          plan: oneStep,
          input: { x: 1 },
          params: {},
          metadata: {},
        },
        ...(url !== undefined && { webhook: { id: newUuid(), url, keyId: secrets.keyId } }),
      });
      return jobId;
    },
    async complete(jobId: string): Promise<void> {
      const [ready] = await here.records.jobs.tasks(jobId, 1);
      const {
        tasks: [task],
      } = await here.records.tasks.claim([ready!.id], newUuid());
      const output = { value: 1, list: null };
      await here.records.tasks.settle([
        { taskId: task!.id, token: task!.token, outcome: 'completed', output, artifacts: [] },
      ]);
    },
  });
}
