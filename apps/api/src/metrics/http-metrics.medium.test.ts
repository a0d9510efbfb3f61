import { once } from 'node:events';
import { connect } from 'node:net';
import { openMetrics } from '@intermodal/telemetry';
import { expect, test } from 'vitest';
import { KEY, startApi } from '../api.testing.ts';

test('requests are counted by the template of their route, never by what was written there', async () => {
  const metrics = openMetrics({ from: 'api' });
  await using api = await startApi({ metrics });
  const counted = async () =>
    (await metrics.answer()).body
      .split('\n')
      .filter((line) => line.startsWith('intermodal_http_requests_total'))
      .map((line) => line.replace('intermodal_http_requests_total', ''))
      .sort();
  await api.ask('/v1/stages?x=secret');
  await api.ask('/v1/jobs/job_00000000000000000000000000');
  await api.ask('/v1/jobs/job_00000000000000000000000001');
  await api.ask('/nowhere/at/all', { method: 'PROPFIND' });
  await fetch(`${api.url}/nowhere`);
  await fetch(`${api.url}/livez`);
  // Leaves in the middle of a body, once it is asked for it.
  const head = [
    'POST /v1/artifacts HTTP/1.1',
    'host: x',
    `authorization: Bearer ${KEY}`,
    'content-length: 100',
  ];
  const socket = connect(Number(new URL(api.url).port), '127.0.0.1', () =>
    socket.write([...head, 'expect: 100-continue', '', ''].join('\r\n')),
  );
  await once(socket, 'data');
  socket.write('half');
  socket.destroy();
  await expect
    .poll(counted)
    .toEqual(
      expect.arrayContaining([
        '{route="/livez",method="GET",status="2xx"} 1',
        '{route="/v1/artifacts",method="POST",status="abandoned"} 1',
        '{route="/v1/jobs/:id",method="GET",status="4xx"} 2',
        '{route="/v1/stages",method="GET",status="2xx"} 1',
        expect.stringMatching(/^\{route="unmatched",method="GET",status="4xx"\} 1$/),
      ]),
    );
  const all = (await counted()).join('\n');
  expect(all).not.toMatch(/job_|nowhere|secret|PROPFIND/);
});
