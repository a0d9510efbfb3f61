import { IntermodalApiError, IntermodalUnreachableError } from '@intermodal/client';
import { ConfigError } from '@intermodal/config';
import { ERRORS, IntermodalError } from '@intermodal/contracts';

/** What the command line ends with. Shown by `intermodal --help`; scripts rely on them. */
export const EXIT_CODES = {
  ok: 0,
  failed: 1,
  usage: 2,
  unreachable: 3,
} as const;

export const EXIT_CODES_HELP = `
Exit codes:
  0  done
  1  the job failed or was cancelled, or a model is missing or damaged
  2  the command, a setting or what was sent is wrong; the message says what
  3  the API (or, for migrate, the database) cannot be reached
`;

/** A mistake in how the command was called. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What to print for anything thrown, and what to end with. A bug of ours keeps its stack. */
export function judge(thrown: unknown): { code: number; message: string } {
  if (thrown instanceof UsageError || thrown instanceof ConfigError)
    return { code: EXIT_CODES.usage, message: thrown.message };
  if (thrown instanceof IntermodalUnreachableError)
    return {
      code: EXIT_CODES.unreachable,
      message: `${thrown.message} Start one with: intermodal local, or set INTERMODAL_URL.`,
    };
  if (thrown instanceof IntermodalApiError) {
    const request = thrown.requestId === undefined ? '' : ` [request ${thrown.requestId}]`;
    return {
      code: thrown.status >= 500 ? EXIT_CODES.unreachable : EXIT_CODES.usage,
      message: `${thrown.message}${request}`,
    };
  }
  if (thrown instanceof IntermodalError) {
    const away = ERRORS[thrown.code].kind === 'operational';
    return {
      code: away ? EXIT_CODES.unreachable : EXIT_CODES.usage,
      message: `${thrown.message} (${thrown.code})`,
    };
  }
  return {
    code: EXIT_CODES.failed,
    message: thrown instanceof Error ? String(thrown.stack) : String(thrown),
  };
}
