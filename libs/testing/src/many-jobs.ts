/** Both are in the tables after `fillWithJobs`: the first one is that of local mode, of which nine in ten jobs are. */
export const TENANTS_WITH_JOBS = [
  '00000000-0000-7000-8000-000000000001',
  '00000000-0000-7000-8000-000000000002',
] as const;

/**
 * Rows of a month of jobs as the engine leaves them, of one task and one file each; job `n` says so in its input, and later ones have greater numbers.
 * One in a hundred failed. Of the first 500 some were cancelled, a few are of a pipeline that nobody used since, and one waits to this day.
 * Every second one has metadata.
 * @param execute on one connection, in the schema of the records
 * @param jobs more than 500
 */
export async function fillWithJobs(execute: (text: string) => Promise<unknown>, jobs: number): Promise<void> {
  const [first, second] = TENANTS_WITH_JOBS;
  const statements = [
    `INSERT INTO tenant (id, name) VALUES ('${second}', 'other')`,
    `INSERT INTO graph (sha256, name, version, document, output, sinks) VALUES ('g', 'g', 1, '{}', '[]', 1)`,
    `CREATE TEMP TABLE made AS SELECT n, at, CASE WHEN n % 10 = 9 THEN '${second}' ELSE '${first}' END::uuid AS tenant,
       CASE WHEN n = 77 THEN 'queued' WHEN n % 100 = 5 THEN 'failed' WHEN n < 500 AND n % 50 = 3 THEN 'cancelled' ELSE 'completed' END AS state,
       ${idAt('at', `'job' || n`)} AS id, ${idAt('at', `'task' || n`)} AS task
     FROM (SELECT n, now() - (${jobs} - n) * (interval '30 days' / ${jobs}) - interval '10 s' AS at FROM generate_series(1, ${jobs}) n) n`,
    `INSERT INTO job (id, tenant_id, graph, pipeline, state, input, params, metadata, created_at, started_at, finished_at)
     SELECT id, tenant, 'g', CASE WHEN n < 500 AND n % 50 = 2 THEN 'forgotten' ELSE 'usual' END, state, jsonb_build_object('n', n::text), '{}',
       CASE WHEN n % 2 = 1 THEN jsonb_build_object('project', 'p' || n % 4, 'user', 'u' || n / 10) ELSE '{}' END, at,
       CASE WHEN state <> 'queued' THEN at END, CASE WHEN state <> 'queued' THEN at END FROM made ORDER BY n`,
    `INSERT INTO task (id, job_id, tenant_id, path, node, chain, stage, state, deps_left, place)
     SELECT task, id, tenant, 'a', 'a', '{""}', 'toy.make@1', CASE state WHEN 'queued' THEN 'ready' ELSE state END, 0,
       CASE WHEN state = 'queued' THEN 'waiting' END FROM made ORDER BY n`,
    `INSERT INTO event (id, tenant_id, job_id, type)
     SELECT ${idAt('at', `'event' || n`)}, tenant, id, 'job.' || state FROM made WHERE state <> 'queued' ORDER BY n`,
    `INSERT INTO artifact (id, tenant_id, task_id, media_type, bytes, sha256)
     SELECT ${idAt('at', `'file' || n`)}, tenant, task, 'text/plain', 1, '' FROM made ORDER BY n`,
    `INSERT INTO audit (id, tenant_id, key_id, operation, request_id) SELECT id, tenant, id, 'submitJob', 'r' FROM made ORDER BY n`,
    // The endpoint has the id of its tenant.
    `INSERT INTO webhook_endpoint (id, tenant_id, url, target, key_id) VALUES ('${first}', '${first}', 'http://127.0.0.1/', '${first}', 'k')`,
    `INSERT INTO webhook_message (event_id, endpoint_id, target, state, due_at)
     SELECT ${idAt('at', `'event' || n`)}, '${first}', '${first}', CASE n WHEN 100 THEN 'failed' WHEN 101 THEN 'pending' ELSE 'delivered' END, now() + interval '1 h'
     FROM made WHERE state <> 'queued' AND tenant = '${first}' ORDER BY n`,
    // Counted long ago.
    'DELETE FROM usage_due',
    'DROP TABLE made',
  ];
  for (const statement of statements) await execute(statement);
}

/** An id of that moment. */
const idAt = (moment: string, what: string): string =>
  `overlay(first_id(${moment})::text PLACING substr(md5(${what})::uuid::text, 15) FROM 15)::uuid`;
