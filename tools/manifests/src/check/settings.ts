import {
  aboutOf,
  ApiConfig,
  CliConfig,
  ConfigError,
  readConfig,
  WorkerConfig,
  type ConfigSchema,
} from '@intermodal/config';
import type { z } from 'zod';
import { SECRET_EXAMPLES } from '../settings.ts';
import type { Check } from './cluster.ts';

// Each has other settings; what matters here is their names.
type AnyConfig = ConfigSchema<z.ZodRawShape, unknown>;
const PROGRAMS: Readonly<Record<string, AnyConfig>> = {
  'intermodal-api': ApiConfig as unknown as AnyConfig,
  'intermodal-worker': WorkerConfig as unknown as AnyConfig,
  intermodal: CliConfig as unknown as AnyConfig,
};

const namesOf = (config: AnyConfig): Map<string, boolean> =>
  new Map(
    (Object.values(config.settings) as z.ZodType[])
      .map(aboutOf)
      .map((about) => [about.variable, about.secret ?? false]),
  );
const KNOWN = new Map(Object.values(PROGRAMS).flatMap((config) => [...namesOf(config)]));

/** Every variable is a setting, every setting that a process needs is there, and every secret comes from a file that is mounted. */
export const settings: Check = (cluster) =>
  cluster.workloads.flatMap(({ kind, name, spec }) =>
    (spec.containers ?? []).flatMap((container) => {
      const what = `${kind} ${name}, container ${container.name}`;
      const config = PROGRAMS[container.args?.[0] ?? ''];
      if (!config) return [`${what}: '${container.args?.[0]}' is not a program of our images.`];
      const environment = cluster.environmentOf(container);
      const mounted = new Set(
        (container.volumeMounts ?? []).flatMap(({ name: volume, mountPath }) =>
          (spec.volumes?.find((one) => one.name === volume)?.secret?.items ?? []).map(
            ({ path }) => `${mountPath}/${path}`,
          ),
        ),
      );
      const faults = Object.keys(environment).flatMap((variable) => {
        const isSecret = KNOWN.get(variable.replace(/_FILE$/, ''));
        if (isSecret && !variable.endsWith('_FILE'))
          return [`${what}: ${variable} is a secret: give it as a file.`];
        if (isSecret || KNOWN.has(variable)) return [];
        return [`${what}: ${variable} is not a setting.`];
      });
      try {
        readConfig(config, environment, (path) => {
          if (!mounted.has(path)) throw new Error('no volume has it');
          return SECRET_EXAMPLES[path.slice(path.lastIndexOf('/') + 1)] ?? '';
        });
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        faults.push(...error.faults.map((fault) => `${what}: ${fault}`));
      }
      return faults;
    }),
  );
