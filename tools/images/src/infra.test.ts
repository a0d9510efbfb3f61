// What the images and the compose file say of the product must be so.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { aboutOf, ApiConfig, CliConfig, WorkerConfig } from '@intermodal/config';
import { ROUTES } from '@intermodal/contracts';
import { POOLS } from '@intermodal/pipeline';
import { loadShippedStages } from '@intermodal/stages';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseDockerfile, settingsOf, type ImageSettings } from './dockerfile/parse-dockerfile.ts';

const INFRA = resolve(import.meta.dirname, '../../../infra');
const read = (path: string): string => readFileSync(join(INFRA, path), 'utf8');

const IMAGES = ['api', 'workers-cpu', 'workers-cuda'];
const CONFIGS = {
  'intermodal-api': ApiConfig,
  'intermodal-worker': WorkerConfig,
  intermodal: CliConfig,
};
type Program = keyof typeof CONFIGS;
/** Of Node, glibc, and NVIDIA's tools. */
const NOT_OURS = [
  'PATH',
  'HOME',
  'NODE_ENV',
  'MALLOC_ARENA_MAX',
  'NVIDIA_VISIBLE_DEVICES',
  'NVIDIA_DRIVER_CAPABILITIES',
];

const settingsKnownBy = (program: Program): Map<string, { secret?: boolean }> =>
  new Map(Object.values(CONFIGS[program].settings).map((field) => [aboutOf(field).variable, aboutOf(field)]));

function isKnown(name: string, program: Program): boolean {
  const known = settingsKnownBy(program);
  const ofFile = name.replace(/_FILE$/, '');
  return (
    known.has(name) || NOT_OURS.includes(name) || (ofFile !== name && known.get(ofFile)?.secret === true)
  );
}

const imageSettings = (image: string): ImageSettings =>
  settingsOf(parseDockerfile(read(`docker/${image}/Dockerfile`)).at(-1)!.steps);

describe.each(IMAGES)('the image %s', (image) => {
  const settings = imageSettings(image);
  const program: Program = image === 'api' ? 'intermodal-api' : 'intermodal-worker';

  test('sets only settings that its process reads', () => {
    const unknown = Object.keys(settings.environment!).filter((name) => !isKnown(name, program));
    expect(unknown).toEqual([]);
  });

  test('runs as nobody of importance, behind an init, by a command that is there', () => {
    expect(settings.user).toEqual({ uid: 10001, gid: 10001 });
    expect(settings.entrypoint).toEqual(['/usr/bin/tini', '--']);
    expect(settings.command![0]).toBe(program);
    for (const name of [program, settings.healthcheck![0]!])
      expect([name, existsSync(join(INFRA, 'docker/root/usr/local/bin', name))]).toEqual([name, true]);
  });

  test('asks a route that is there, at a port that it opens', () => {
    const [, variable, path] = settings.healthcheck!;
    expect(Object.values(ROUTES).some((route) => route.path === path)).toBe(true);
    expect(settings.ports).toContain(Number(settings.environment![variable!]));
  });

  test('is built by scripts that are there', () => {
    const scripts = parseDockerfile(read(`docker/${image}/Dockerfile`)).flatMap(({ steps }) =>
      steps.flatMap((step) => (step.kind === 'run' ? [/[a-z]+\.(sh|mjs)/.exec(step.command)?.[0]] : [])),
    );
    expect(scripts.length).toBeGreaterThan(3);
    for (const script of scripts)
      expect([script, existsSync(join(INFRA, 'docker/steps', script!))]).toEqual([script, true]);
  });
});

interface Service {
  image: string;
  build?: { dockerfile: string };
  command?: string[];
  environment?: Record<string, string>;
  secrets?: string[];
  read_only?: boolean;
  deploy?: { resources: { limits: object } };
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { disable?: boolean };
  stop_grace_period?: string;
}
interface Compose {
  services: Record<string, Service>;
  secrets: Record<string, { file: string }>;
}

const compose = parse(read('compose/compose.yaml'), { merge: true }) as Compose;
const services = Object.entries(compose.services);
const ours = services.filter(([, { image }]) => image.startsWith('intermodal/'));
const commandOf = ({ image, command }: Service): string[] =>
  command ?? [...imageSettings(image.replace('intermodal/', '')).command!];

describe('the compose file', () => {
  test('names images that can be built here', () => {
    for (const [name, { image }] of ours)
      expect([name, IMAGES.includes(image.replace('intermodal/', ''))]).toEqual([name, true]);
  });

  test('sets only settings that each process reads, and gives it the secrets that they name', () => {
    for (const [name, service] of ours) {
      const program = commandOf(service)[0] as Program;
      for (const [variable, value] of Object.entries(service.environment!)) {
        expect([name, variable, isKnown(variable, program)]).toEqual([name, variable, true]);
        const secret = /^\/run\/secrets\/(.*)$/.exec(value)?.[1];
        if (secret) expect(service.secrets).toContain(secret);
      }
    }
  });

  test('starts workers for all pools, without stages that are there', async () => {
    const stages = [...(await loadShippedStages()).values()];
    const pools = ours
      .map(([, service]) => commandOf(service))
      .filter(([program]) => program === 'intermodal-worker')
      .map((command) => {
        const pool = command.find((one) => one.startsWith('--pool='))!.slice('--pool='.length);
        for (const option of command.filter((one) => one.startsWith('--without=')))
          expect(stages.some((stage) => `--without=${stage.name}` === option && stage.pool === pool)).toBe(
            true,
          );
        return pool;
      });
    expect(pools.sort()).toEqual([...POOLS].sort());
  });

  test('secrets.sh makes every secret', () => {
    const script = read('compose/secrets.sh');
    for (const [name, { file }] of Object.entries(compose.secrets)) {
      expect(file).toBe(`./secrets/${name}`);
      expect(script).toContain(`keep ${name}\n`);
    }
  });

  test('gives every service limits, and a health check where somebody waits for it', () => {
    for (const [name, { deploy, depends_on = {} }] of services) {
      if (name !== 'migrate') expect([name, deploy?.resources.limits]).toEqual([name, expect.anything()]);
      for (const [other, { condition }] of Object.entries(depends_on)) {
        const { healthcheck } = compose.services[other]!;
        expect([
          other,
          condition === 'service_healthy' ? healthcheck?.disable !== true && !!healthcheck : true,
        ]).toEqual([other, true]);
      }
    }
  });

  test('has our processes on a read-only root, and waits longer than they drain', () => {
    for (const [name, { read_only, stop_grace_period, environment }] of ours) {
      expect([name, read_only]).toEqual([name, true]);
      expect(stop_grace_period).toBe('2m');
      expect(Number(environment?.INTERMODAL_DRAIN_MS ?? 0)).toBeLessThan(120_000);
    }
  });

  test('has Prometheus ask the status port of every process that stays', () => {
    const { scrape_configs } = parse(read('compose/prometheus.yaml')) as {
      scrape_configs: { dns_sd_configs: { names: string[]; port: number }[] }[];
    };
    const [{ names, port }] = scrape_configs[0]!.dns_sd_configs as [{ names: string[]; port: number }];
    expect(names.sort()).toEqual(
      ours
        .map(([name]) => name)
        .filter((name) => name !== 'migrate')
        .sort(),
    );
    for (const image of IMAGES)
      expect(imageSettings(image).environment!.INTERMODAL_HEALTH_PORT).toBe(String(port));
  });
});
