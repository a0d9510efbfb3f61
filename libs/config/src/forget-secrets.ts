import type { z } from 'zod';
import { ApiConfig, CliConfig, WorkerConfig } from './processes.ts';
import { aboutOf } from './setting.ts';

/**
 * Takes every secret of ours out of an environment, and where its file is. A process that has read its settings does so before it
 * starts programs and models, which open what strangers sent and would inherit them.
 */
export function forgetSecrets(environment: Record<string, string | undefined>): void {
  for (const { settings } of [ApiConfig, WorkerConfig, CliConfig])
    for (const { variable, secret } of (Object.values(settings) as z.ZodType[]).map(aboutOf)) {
      if (!secret) continue;
      delete environment[variable];
      delete environment[`${variable}_FILE`];
    }
}
