import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadEngines } from '@intermodal/engines';
import {
  EngineRoom,
  type SpeechRecogniser,
  type SpeechSynthesiser,
  type Translator,
} from '@intermodal/models';
import { startOpenAiServer } from '@intermodal/testing';
import { testContext } from '@intermodal/testing/engine-contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { documentedExamples } from '../documented-example.ts';
import { speak, startRunningStack } from '../running-stack.ts';

const examples = documentedExamples('docs/remote-engines.md', 'test/e2e/remote-engines.test.ts');
const PATHS = {
  INTERMODAL_REMOTE_SPEECH_RECOGNISER_MODEL: '/v1/audio/transcriptions',
  INTERMODAL_REMOTE_TRANSLATOR_MODEL: '/v1/chat/completions',
  INTERMODAL_REMOTE_SPEECH_SYNTHESISER_MODEL: '/v1/audio/speech',
};

/** Engines of this machine, to stand behind the servers. */
const room = new EngineRoom(await loadEngines(), {}, testContext());
let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'intermodal-remote-'))));
afterAll(async () => {
  await room.close();
  await rm(folder, { recursive: true });
});

const opened = async <Interface>(capability: string) => (await room.resolve(capability)).use as Interface;

/** The settings of an example, with a server of this test at each of its addresses. */
async function serversOf(code: string) {
  const settings = Object.fromEntries(
    code
      .trim()
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
  const servers: Awaited<ReturnType<typeof startOpenAiServer>>[] = [];
  for (const name of Object.keys(settings).filter((it) => it.endsWith('_URL'))) {
    const keyName = name.replace(/_URL$/, '_KEY');
    settings[keyName] ??= 'sk-common';
    const server = await startOpenAiServer({
      key: settings[keyName],
      models: Object.entries(settings).flatMap(([it, value]) => (it.endsWith('_MODEL') ? [value] : [])),
      voices: { af_heart: 'en', ef_dora: 'es' },
      recogniser: await opened<SpeechRecogniser>('SpeechRecogniser'),
      translator: await opened<Translator>('Translator'),
      synthesiser: await opened<SpeechSynthesiser>('SpeechSynthesiser'),
    });
    settings[name] = server.url;
    servers.push(server);
  }
  return { settings, servers };
}

test.each(examples.map(({ code }, i) => [i + 1, code] as const))(
  'example %i serves a recording by remote engines',
  async (i, code) => {
    const { settings, servers } = await serversOf(code);
    const stack = await startRunningStack(settings);
    try {
      const recording = speak(['The weather is very nice today.'], join(folder, `in-${i}.wav`));
      const { id } = await stack.client.artifacts.upload(recording);
      const { id: jobId } = await stack.client.jobs.submit({
        pipeline: 'speech-to-speech',
        input: { audio: { artifact: id } },
        params: { to: 'es' },
      });
      const job = await stack.client.jobs.wait(jobId, { pollMs: 50 });
      expect(job).toMatchObject({ status: 'completed', warnings: [] });
      expect(JSON.stringify(job.output)).toMatch(/el tiempo es.*hoy/i);

      const remote = Object.entries(PATHS).filter(([model]) => settings[model]);
      expect(new Set(servers.flatMap(({ asked }) => asked))).toEqual(new Set(remote.map(([, path]) => path)));
      const lines = logLines(stack.folder).filter(({ msg }) => msg === 'remote engine asked');
      const details = lines.map((line) => line['details'] as Record<string, unknown>);
      expect(new Set(details.map(({ model }) => model))).toEqual(
        new Set(remote.map(([model]) => settings[model])),
      );
      for (const line of lines)
        expect(line).toMatchObject({ jobId: expect.any(String) as string, details: { tries: 1 } });
      const paid = details.filter(({ capability }) => capability === 'Translator');
      if (settings.INTERMODAL_REMOTE_TRANSLATOR_PRICE)
        for (const { cost } of paid) expect(cost).toBeGreaterThan(0);
      expect(JSON.stringify(logLines(stack.folder))).not.toMatch(/\bsk-|el tiempo|weather/i);
    } finally {
      await stack.stop();
      for (const server of servers) await server.close();
    }
  },
);

function logLines(of: string): Record<string, unknown>[] {
  const logs = join(of, 'logs');
  return readdirSync(logs)
    .flatMap((name) => readFileSync(join(logs, name), 'utf8').split('\n'))
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
