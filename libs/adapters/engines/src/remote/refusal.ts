import { IntermodalError } from '@intermodal/contracts';
import { z } from 'zod';

const LONGEST_SENTENCE = 200;

export interface Refused {
  readonly capability: string;
  /** Before the names of its settings, e.g. `INTERMODAL_REMOTE_TRANSLATOR`. */
  readonly variable: string;
  readonly status: number;
  readonly body: string;
  /** What must not be repeated: what was sent, and the key. */
  readonly hidden: readonly string[];
}

/** Whether the same request may be answered another time. */
export const isPassing = (status: number): boolean =>
  status === 408 || status === 425 || status === 429 || status >= 500;

/** What an answer other than 200 means: who must mend what. */
export function refusalOf({ capability, variable, status, body, hidden }: Refused): IntermodalError {
  const remote = `The remote ${capability}`;
  if (isPassing(status))
    return new IntermodalError(
      'engine.unreachable',
      `${remote} answered ${status}, so the task is tried again later.`,
    );
  if (status === 401 || status === 403)
    return new IntermodalError(
      'engine.unavailable',
      `${remote} refused the key (${status}): set ${variable}_KEY, or INTERMODAL_REMOTE_KEY for the server of INTERMODAL_REMOTE_URL.`,
    );
  const said = sentenceOf(body, hidden);
  if (status === 400 || status === 422)
    return new IntermodalError('input.invalid', `${remote} refused the request: ${said}`);
  if (status === 413)
    return new IntermodalError('input.too_large', `${remote} says that this is too large: ${said}`);
  return new IntermodalError(
    'engine.unavailable',
    `${remote} answered ${status}: look at ${variable}_MODEL and INTERMODAL_REMOTE_URL (or ${variable}_URL). ${said}`,
  );
}

/** The forms in which servers say what is wrong: OpenAI, vLLM and llama.cpp; Ollama; FastAPI. */
const Said = z.union([
  z.object({ error: z.object({ message: z.string() }) }).transform((it) => it.error.message),
  z.object({ error: z.string() }).transform((it) => it.error),
  z.object({ message: z.string() }).transform((it) => it.message),
  z.object({ detail: z.string() }).transform((it) => it.detail),
  // Its `input` repeats what was sent.
  z
    .object({ detail: z.tuple([z.object({ msg: z.string() })], z.unknown()) })
    .transform((it) => it.detail[0].msg),
]);

function sentenceOf(body: string, hidden: readonly string[]): string {
  const said = Said.safeParse(parsed(body));
  if (!said.success) return 'it does not say why.';
  let sentence = said.data;
  for (const secret of hidden) if (secret !== '') sentence = sentence.replaceAll(secret, '…');
  sentence = sentence.replace(/\s+/g, ' ').trim();
  return sentence.length <= LONGEST_SENTENCE ? sentence : `${sentence.slice(0, LONGEST_SENTENCE - 1)}…`;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
