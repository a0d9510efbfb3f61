import { z } from 'zod';
import { setting } from './setting.ts';

/** Engine names by capability, best first, e.g. `{SpeechDetector: ['energy-gate']}`. */
export type EngineChoice = Readonly<Record<string, readonly string[]>>;

const FORM = 'expected Capability=engine, several joined by commas, e.g. SpeechDetector=energy-gate';

export const engines = setting(
  {
    variable: 'INTERMODAL_ENGINES',
    description:
      'Overrides which engine serves a capability: Capability=engine, joined by commas; ' +
      'several engines of one capability are joined by |, the best first.',
    example: 'SpeechDetector=silero-vad|energy-gate,Translator=apertium',
  },
  z
    .string()
    .transform((text, context): EngineChoice => {
      const choice: Record<string, string[]> = {};
      for (const entry of text.split(',')) {
        const match = /^\s*([A-Z][A-Za-z]*)=([a-z0-9][a-z0-9.|-]*)\s*$/.exec(entry);
        if (!match) {
          context.addIssue({ code: 'custom', message: FORM });
          return z.NEVER;
        }
        choice[match[1]!] = match[2]!.split('|');
      }
      return choice;
    })
    .optional(),
);
