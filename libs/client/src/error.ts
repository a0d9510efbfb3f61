import { isErrorCode, Problem, type ErrorCode } from '@intermodal/contracts';

/** The API refused, or could not do, what was asked. */
export class IntermodalApiError extends Error {
  override readonly name = 'IntermodalApiError';
  /** `request.invalid` when what answered was no Intermodal API. */
  readonly code: ErrorCode | (string & {});
  readonly status: number;
  /** One sentence that names the field or file and the cure. */
  readonly detail: string;
  /** Find the request by it in the server's log. */
  readonly requestId: string | undefined;
  /** Of its trace, where the API traces. */
  readonly traceId: string | undefined;
  /** `[{path, message}]`, when several things are wrong. */
  readonly errors: unknown;

  constructor(problem: {
    code: string;
    status: number;
    detail: string;
    requestId?: string;
    traceId?: string | undefined;
    errors?: unknown;
  }) {
    super(`${problem.detail} (${problem.code})`);
    this.code = problem.code;
    this.status = problem.status;
    this.detail = problem.detail;
    this.requestId = problem.requestId;
    this.traceId = problem.traceId;
    this.errors = problem.errors;
  }

  get known(): boolean {
    return isErrorCode(this.code);
  }
}

/** Nothing answered at the address, however often it was asked. */
export class IntermodalUnreachableError extends Error {
  override readonly name = 'IntermodalUnreachableError';
  readonly url: string;
  constructor(url: string, cause: unknown) {
    super(`Nothing answers at ${url} (${reasonOf(cause)}).`, { cause });
    this.url = url;
  }
}

/** fetch says only `fetch failed`; the reason is in the cause. */
function reasonOf(thrown: unknown): string {
  const inner = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
  if (!(inner instanceof Error)) return String(inner);
  return (inner as { code?: string }).code ?? inner.message;
}

export async function errorOf(response: Response): Promise<IntermodalApiError> {
  const body: unknown = await response.json().catch(() => undefined);
  const problem = Problem.safeParse(body);
  if (problem.success) return new IntermodalApiError(problem.data);
  return new IntermodalApiError({
    code: 'request.invalid',
    status: response.status,
    detail: `${response.url} answered ${response.status} without a problem document: is it an Intermodal API?`,
    requestId: response.headers.get('x-request-id') ?? undefined,
  });
}
