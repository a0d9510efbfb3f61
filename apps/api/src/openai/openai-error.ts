import { ERRORS, OPENAI_BASE, type IntermodalError, type OpenAiError } from '@intermodal/contracts';
import { problemOf } from '../http/problem.ts';

/** Whether whoever asks expects errors as OpenAI's. */
export const isOpenAiPath = (url: string): boolean => url.startsWith(`${OPENAI_BASE}/`);

/** An error as OpenAI tells it. `code` is ours; what a client of theirs knows is in `type` and in the status. */
export function openAiErrorOf(error: IntermodalError, requestId: string): OpenAiError & { status: number } {
  const { status, code, detail } = problemOf(error, requestId);
  return { status, error: { message: detail, type: typeOf(status), param: paramOf(error), code } };
}

function typeOf(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 429) return 'rate_limit_error';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}

/** The field at fault, as far as it is known: `body.messages.0.content` is `messages.0.content`. */
function paramOf(error: IntermodalError): string | null {
  if (ERRORS[error.code].kind !== 'user' || !Array.isArray(error.details)) return null;
  const [first] = error.details as { path?: unknown }[];
  return typeof first?.path === 'string' ? first.path.replace(/^(body|form|path|query)\./, '') : null;
}
