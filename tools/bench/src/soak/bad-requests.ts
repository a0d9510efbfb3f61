interface BadRequest {
  readonly what: string;
  readonly path: string;
  readonly status: number;
  request(key: string): RequestInit;
}

const authorization = (key: string) => ({ authorization: `Bearer ${key}` });

const sent = (body: string, type = 'application/json') => ({
  request: (key: string): RequestInit => ({
    method: 'POST',
    headers: { ...authorization(key), 'content-type': type },
    body,
  }),
});
const asked = { request: (key: string): RequestInit => ({ headers: authorization(key) }) };
const job = (value: unknown) => ({ path: '/v1/jobs', ...sent(JSON.stringify(value)) });

const NO_ID = '00000000000000000000000000';
const TOO_MANY_BYTES = 3_000_000;

/** What people get wrong. Each is refused, in its own way. */
export const BAD_REQUESTS: readonly BadRequest[] = [
  { what: 'No JSON', path: '/v1/jobs', status: 400, ...sent('{"pipeline": ') },
  { what: 'An unknown field', status: 422, ...job({ pipeline: 'trial-step', inputs: {} }) },
  { what: 'An unknown pipeline', status: 404, ...job({ pipeline: 'trial-nothing' }) },
  { what: 'An absent input', status: 422, ...job({ pipeline: 'trial-step' }) },
  { what: 'A wrong input', status: 422, ...job({ pipeline: 'trial-map', input: { count: 'ten' } }) },
  { what: 'A broken document', status: 422, ...job({ pipeline: { name: 'broken', version: 1, nodes: {} } }) },
  {
    what: 'A body beyond the limit',
    status: 413,
    ...job({ pipeline: 'trial-step', input: { value: 'x'.repeat(TOO_MANY_BYTES) } }),
  },
  { what: 'A text in place of JSON', path: '/v1/jobs', status: 400, ...sent('trial-step', 'text/plain') },
  { what: 'An unknown job', path: `/v1/jobs/job_${NO_ID}`, status: 404, ...asked },
  { what: 'An unknown artifact', path: `/v1/artifacts/art_${NO_ID}/content`, status: 404, ...asked },
  { what: 'An unknown address', path: '/v2/jobs', status: 404, ...asked },
  {
    what: 'A wrong key',
    path: '/v1/jobs',
    status: 401,
    request: () => ({ headers: authorization('im_local_of_somebody_else') }),
  },
];
