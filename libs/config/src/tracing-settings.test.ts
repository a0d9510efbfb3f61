import { describe, expect, it } from 'vitest';
import { ApiConfig, ConfigError, readConfig } from './index.ts';

const good = {
  DATABASE_URL: 'postgres://im@127.0.0.1:5432/im',
  REDIS_URL: 'redis://127.0.0.1:6379',
  ARTIFACT_FOLDER: '/tmp/artifacts',
  INTERMODAL_KEY: 'im_local_0123456789abcdef',
};
const ON = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' };
const read = (more: Record<string, string>) => readConfig(ApiConfig, { ...good, ...more }).tracing;

describe('tracing', () => {
  it('is off unless a receiver is named', () => {
    expect(read({})).toBeUndefined();
    expect(read(ON)).toEqual({ endpoint: 'http://127.0.0.1:4318', headers: {}, ratio: 1 });
  });

  it('reads headers and the share that is kept', () => {
    const headers = 'authorization=Bearer%20a%2Cb, x-scope=one';
    expect(
      read({ ...ON, OTEL_EXPORTER_OTLP_HEADERS: headers, INTERMODAL_TRACE_RATIO: '0.25' }),
    ).toMatchObject({
      headers: { authorization: 'Bearer a,b', 'x-scope': 'one' },
      ratio: 0.25,
    });
  });

  it.each([
    [
      { INTERMODAL_TRACE_RATIO: '0.5' },
      /INTERMODAL_TRACE_RATIO is set, but OTEL_EXPORTER_OTLP_ENDPOINT is not/,
    ],
    [{ OTEL_EXPORTER_OTLP_HEADERS: 'a=hunter2' }, /OTEL_EXPORTER_OTLP_HEADERS is set, but/],
    [{ ...ON, INTERMODAL_TRACE_RATIO: '1.5' }, /expected a number from 0 to 1/],
    [{ ...ON, OTEL_EXPORTER_OTLP_HEADERS: 'hunter2' }, /expected name=value/],
    [{ ...ON, OTEL_EXPORTER_OTLP_HEADERS: 'a=%hunter2' }, /expected name=value/],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' }, /expected an address that begins with http/],
  ])('refuses %j', (given, fault) => {
    try {
      read(given);
      expect.unreachable();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      expect(error.message).toMatch(fault);
      expect(error.message).not.toContain('hunter2');
    }
  });
});
