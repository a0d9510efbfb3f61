import { describe, expect, it } from 'vitest';
import { ApiConfig, CliConfig, ConfigError, readConfig, WorkerConfig, type Environment } from './index.ts';

const good = {
  DATABASE_URL: 'postgres://im@127.0.0.1:5432/im',
  REDIS_URL: 'redis://127.0.0.1:6379',
  ARTIFACT_FOLDER: '/tmp/artifacts',
  INTERMODAL_KEY: 'im_local_0123456789abcdef',
};

const faultsOf = (read: () => unknown): readonly string[] => {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  throw new Error('expected a ConfigError');
};

describe('readConfig', () => {
  it('gives defaults and makes one storage of the artifact settings', () => {
    const config = readConfig(ApiConfig, good);
    expect(config).toMatchObject({
      mode: 'local',
      host: '127.0.0.1',
      port: 4646,
      uploadMaxBytes: 2 ** 31,
      artifacts: { kind: 'folder', folder: '/tmp/artifacts' },
    });
  });

  it('names every faulty variable in one message, with its cure', () => {
    const faults = faultsOf(() =>
      readConfig(ApiConfig, { REDIS_URL: 'http://x', INTERMODAL_PORT: '70000', INTERMODAL_MODE: 'cloud' }),
    );
    expect(faults).toHaveLength(5);
    expect(faults.join('\n')).toMatch(/DATABASE_URL is not set.*For example: postgres:/);
    expect(faults.join('\n')).toMatch(/INTERMODAL_PORT is '70000': expected a whole number from 0 to 65535/);
    expect(faults.join('\n')).toMatch(/INTERMODAL_MODE is 'cloud': expected local or cluster/);
    expect(faults.join('\n')).toMatch(/ARTIFACT_FOLDER or S3_BUCKET must be set/);
  });

  it('never shows a secret', () => {
    const faults = faultsOf(() => readConfig(ApiConfig, { ...good, DATABASE_URL: 'hunter2' }));
    expect(faults).toHaveLength(1);
    expect(faults[0]).not.toContain('hunter2');
  });

  it('reads a secret from the file that NAME_FILE names', () => {
    const { DATABASE_URL, ...rest } = good;
    const environment: Environment = { ...rest, DATABASE_URL_FILE: '/run/secrets/db' };
    const config = readConfig(ApiConfig, environment, (path) => {
      expect(path).toBe('/run/secrets/db');
      return `${DATABASE_URL}\n`;
    });
    expect(config.databaseUrl).toBe(DATABASE_URL);
  });

  it('refuses both forms of a secret, an empty file and a missing one', () => {
    const file = { ...good, INTERMODAL_KEY_FILE: '/key' };
    expect(faultsOf(() => readConfig(ApiConfig, file, () => 'x'))[0]).toMatch(/both set/);
    const only = { ...file, INTERMODAL_KEY: '' };
    expect(faultsOf(() => readConfig(ApiConfig, only, () => ' \n'))[0]).toMatch(/is empty/);
    const missing = () => {
      throw new Error('ENOENT');
    };
    expect(faultsOf(() => readConfig(ApiConfig, only, missing))[0]).toMatch(/cannot be read \(ENOENT\)/);
  });

  it('wants exactly one artifact store', () => {
    const s3 = { S3_BUCKET: 'b', S3_ACCESS_KEY_ID: 'a', S3_SECRET_ACCESS_KEY: 's' };
    expect(faultsOf(() => readConfig(ApiConfig, { ...good, ...s3 }))[0]).toMatch(/are both set/);
    const without = { ...good, ARTIFACT_FOLDER: '' };
    const config = readConfig(ApiConfig, { ...without, ...s3, S3_FORCE_PATH_STYLE: 'true' });
    expect(config.artifacts).toMatchObject({ kind: 's3', bucket: 'b', forcePathStyle: true });
    expect(faultsOf(() => readConfig(ApiConfig, { ...without, S3_BUCKET: 'b' }))[0]).toMatch(
      /S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY must be set too/,
    );
  });

  it('reads engine choices, and says how they are written', () => {
    const read = (text: string) => readConfig(WorkerConfig, { ...good, INTERMODAL_ENGINES: text }).engines;
    expect(read('SpeechDetector=silero-vad|energy-gate, Translator=apertium')).toEqual({
      SpeechDetector: ['silero-vad', 'energy-gate'],
      Translator: ['apertium'],
    });
    expect(faultsOf(() => read('energy-gate'))[0]).toMatch(/expected Capability=engine/);
  });

  it('makes a server of each capability whose model is named, and chooses it', () => {
    const remote = {
      INTERMODAL_REMOTE_URL: 'http://127.0.0.1:11434/v1/',
      INTERMODAL_REMOTE_KEY: 'common',
      INTERMODAL_REMOTE_TRANSLATOR_MODEL: 'gemma3:12b',
      INTERMODAL_REMOTE_TRANSLATOR_PRICE: '0.15/0.6',
      INTERMODAL_REMOTE_TRANSLATOR_LANGUAGES: 'en,es',
      INTERMODAL_REMOTE_SPEECH_SYNTHESISER_MODEL: 'kokoro',
      INTERMODAL_REMOTE_SPEECH_SYNTHESISER_URL: 'http://127.0.0.1:8880/v1',
      INTERMODAL_REMOTE_SPEECH_SYNTHESISER_VOICE: 'en=af_heart,es=ef_dora',
      INTERMODAL_ENGINES: 'SpeechSynthesiser=remote|espeak-ng,CodeReader=zxing',
    };
    const { remotes, engines } = readConfig(WorkerConfig, { ...good, ...remote });
    expect(remotes).toEqual({
      Translator: {
        url: 'http://127.0.0.1:11434/v1',
        key: 'common',
        model: 'gemma3:12b',
        languages: ['en', 'es'],
        price: { input: 0.15, output: 0.6 },
        temperature: 0,
        timeoutMs: 120_000,
        retries: 3,
        maxInFlight: 4,
      },
      // The key of one server is not sent to another.
      SpeechSynthesiser: {
        url: 'http://127.0.0.1:8880/v1',
        model: 'kokoro',
        languages: ['en', 'es'],
        voices: { en: 'af_heart', es: 'ef_dora' },
        timeoutMs: 120_000,
        retries: 3,
        maxInFlight: 4,
      },
    });
    expect(engines).toEqual({
      Translator: ['remote'],
      SpeechSynthesiser: ['remote', 'espeak-ng'],
      CodeReader: ['zxing'],
    });
    const without = readConfig(WorkerConfig, { ...good, INTERMODAL_REMOTE_URL: 'http://127.0.0.1:1/v1' });
    expect(without).toMatchObject({ remotes: {}, engines: {} });
  });

  it.each([
    [{ INTERMODAL_REMOTE_TRANSLATOR_MODEL: 'x' }, /TRANSLATOR_MODEL.*set INTERMODAL_REMOTE_URL/],
    [{ INTERMODAL_REMOTE_URL: 'ftp://x' }, /expected an address that begins with http/],
    [{ INTERMODAL_REMOTE_URL: 'nothing' }, /expected an address that begins with http/],
    [{ INTERMODAL_REMOTE_URL: 'http://a:b@x/v1' }, /expected an address without a name/],
    [{ INTERMODAL_REMOTE_KEY: 'hunter2\n' }, /INTERMODAL_REMOTE_KEY has a value that cannot be used/],
    [{ INTERMODAL_REMOTE_LANGUAGES: 'English' }, /expected language codes/],
    [{ INTERMODAL_REMOTE_TRANSLATOR_PRICE: '1,5' }, /expected an amount/],
    [{ INTERMODAL_REMOTE_SPEECH_SYNTHESISER_VOICE: 'en=a,b' }, /expected a voice/],
  ])('refuses %j', (environment, fault) => {
    const faults = faultsOf(() => readConfig(WorkerConfig, { ...good, ...environment }));
    expect(faults).toEqual([expect.stringMatching(fault)]);
    expect(faults[0]).not.toContain('hunter2');
  });

  it('refuses a heartbeat that is too slow for the lease', () => {
    const faults = faultsOf(() => readConfig(WorkerConfig, { ...good, INTERMODAL_LEASE_MS: '6000' }));
    expect(faults[0]).toMatch(/INTERMODAL_HEARTBEAT_MS is 5000/);
  });

  it('takes a folder, a web address or a bucket for a mirror of models, and nothing else', () => {
    const read = (mirror: string) => readConfig(CliConfig, { INTERMODAL_MODEL_MIRROR: mirror }).modelMirror;
    const right = ['./models', 'https://models.example.com/a', 's3://bucket/models'];
    expect(right.map(read)).toEqual(right);
    for (const wrong of ['ftp://host/models', 's3://', 's3://Bucket', 'https://'])
      expect(faultsOf(() => read(wrong))[0]).toMatch(/INTERMODAL_MODEL_MIRROR.*expected a folder/);
  });

  it('lets the command line start with nothing', () => {
    expect(readConfig(CliConfig, {})).toMatchObject({ dataDir: '.data', modelDir: '.data/models' });
  });
});
