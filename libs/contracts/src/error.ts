/** Whose problem an error is. This one word decides retry, HTTP status and log level. */
export type ErrorKind = 'user' | 'operational' | 'bug';

interface ErrorEntry {
  readonly kind: ErrorKind;
  readonly status: number;
  readonly title: string;
}

/** Every code a person or a program can meet. `docs/reference/errors.md` is generated from this list. */
export const ERRORS = {
  'input.invalid': { kind: 'user', status: 422, title: 'The input does not match what is accepted' },
  'input.absent': { kind: 'user', status: 422, title: 'A required input is missing' },
  'input.too_large': { kind: 'user', status: 413, title: 'The input is larger than the limit' },
  'pipeline.unknown': { kind: 'user', status: 404, title: 'There is no such pipeline' },
  'pipeline.invalid': { kind: 'user', status: 422, title: 'The pipeline document cannot run' },
  'pipeline.conflict': { kind: 'user', status: 409, title: 'The pipeline is published with another content' },
  'stage.unknown': { kind: 'user', status: 422, title: 'There is no such stage' },
  'media.unreadable': { kind: 'user', status: 422, title: 'The media file could not be decoded' },
  'media.unsupported': { kind: 'user', status: 415, title: 'This kind of media is not supported' },
  'media.limit': { kind: 'user', status: 422, title: 'The media file is beyond a limit' },
  'language.unsupported': { kind: 'user', status: 422, title: 'The language is not supported' },
  'engine.unavailable': { kind: 'user', status: 503, title: 'No engine for this is installed here' },
  'engine.unreachable': { kind: 'operational', status: 503, title: 'A remote engine did not answer' },
  'engine.answer_invalid': {
    kind: 'operational',
    status: 502,
    title: 'A remote engine answered what cannot be used',
  },
  'model.invalid': { kind: 'user', status: 422, title: 'A document of a model cannot be used' },
  'model.unpinned': {
    kind: 'user',
    status: 422,
    title: 'Nobody has said which revision of a model is wanted',
  },
  'model.unavailable': { kind: 'operational', status: 503, title: 'A model could not be loaded' },
  'model.no_room': { kind: 'operational', status: 507, title: 'The models do not fit into their folder' },
  'model.corrupt': { kind: 'operational', status: 503, title: 'A model file does not match its hash' },
  'model.too_large': { kind: 'user', status: 503, title: 'A model needs more memory than models may take' },
  'model.out_of_memory': { kind: 'operational', status: 503, title: 'A model took more memory than it may' },
  'model.input_invalid': { kind: 'bug', status: 500, title: 'A model was fed what it does not take' },
  'model.output_invalid': { kind: 'bug', status: 500, title: 'A model gave what cannot be used' },
  'model.failed': { kind: 'bug', status: 500, title: 'A model could not finish its run' },
  'stage.timeout': { kind: 'operational', status: 504, title: 'The stage took longer than its limit' },
  'stage.crashed': { kind: 'operational', status: 500, title: 'The process that ran the stage ended' },
  'stage.output_invalid': { kind: 'bug', status: 500, title: 'The stage returned what it did not promise' },
  'job.cancelled': { kind: 'user', status: 409, title: 'The job was cancelled' },
  'job.deadline': { kind: 'user', status: 504, title: 'The job did not end in time' },
  'job.not_failed': { kind: 'user', status: 409, title: 'Only a failed or cancelled job can be retried' },
  'job.not_found': { kind: 'user', status: 404, title: 'There is no such job' },
  'batch.not_failed': {
    kind: 'user',
    status: 409,
    title: 'Only a batch that ended with failures can be retried',
  },
  'batch.not_found': { kind: 'user', status: 404, title: 'There is no such batch' },
  'url.refused': { kind: 'user', status: 422, title: 'The address may not be asked' },
  'url.not_found': { kind: 'user', status: 422, title: 'There is no file at the address' },
  'url.unreachable': { kind: 'operational', status: 502, title: 'The address did not answer as it should' },
  'upload.not_found': { kind: 'user', status: 404, title: 'There is no such upload' },
  'upload.incomplete': { kind: 'user', status: 409, title: 'Parts of the upload are missing' },
  'upload.mismatch': { kind: 'user', status: 422, title: 'What was uploaded is not what was promised' },
  'upload.ended': { kind: 'user', status: 409, title: 'The upload was aborted, or has failed' },
  'upload.expired': { kind: 'user', status: 410, title: 'The upload was not completed in time' },
  'upload.signature': { kind: 'user', status: 403, title: 'The address of a part is not valid any more' },
  'webhook.not_found': { kind: 'user', status: 404, title: 'There is no such webhook' },
  'webhook.disabled': { kind: 'user', status: 409, title: 'The webhook is disabled' },
  'webhook.limit': { kind: 'user', status: 409, title: 'There are as many webhooks as there may be' },
  'delivery.not_found': { kind: 'user', status: 404, title: 'The webhook was never told of that' },
  'artifact.not_found': { kind: 'user', status: 404, title: 'There is no such artifact' },
  'key.invalid': { kind: 'user', status: 401, title: 'The API key is missing or not valid' },
  'key.scope': { kind: 'user', status: 403, title: 'The API key may not do this' },
  'key.not_found': { kind: 'user', status: 404, title: 'There is no such key' },
  'key.ended': { kind: 'user', status: 409, title: 'The key was revoked or has expired' },
  'tenant.not_found': { kind: 'user', status: 404, title: 'There is no such tenant' },
  'tenant.exists': { kind: 'user', status: 409, title: 'There is a tenant of this name' },
  'rate.limited': { kind: 'user', status: 429, title: 'Too many requests' },
  'quota.open_jobs': { kind: 'user', status: 429, title: 'Too many jobs have not ended' },
  'quota.stored_bytes': { kind: 'user', status: 429, title: 'The files of the tenant take too much room' },
  'quota.compute_seconds': {
    kind: 'user',
    status: 429,
    title: 'The compute seconds of this month are used up',
  },
  'quota.streams': { kind: 'user', status: 429, title: 'Too many streams of events are open' },
  'idempotency.conflict': {
    kind: 'user',
    status: 422,
    title: 'The idempotency key was used with another request',
  },
  'request.invalid': { kind: 'user', status: 400, title: 'The request could not be read' },
  'request.timeout': { kind: 'user', status: 408, title: 'The request took too long to arrive' },
  'route.unknown': { kind: 'user', status: 404, title: 'There is nothing at this address' },
  'store.unavailable': { kind: 'operational', status: 503, title: 'A store could not be reached' },
  'internal.bug': { kind: 'bug', status: 500, title: 'Something broke that should not have' },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERRORS;

export const isErrorCode = (code: unknown): code is ErrorCode =>
  typeof code === 'string' && Object.hasOwn(ERRORS, code);

export interface ErrorOptions {
  /** Where the fault lies: a JSON-able list of `{path, message}` or the like. */
  readonly details?: unknown;
  readonly cause?: unknown;
  /** When it is worth asking again, where that is known. */
  readonly retryAfterSeconds?: number;
}

/** The one error class that crosses floors. The message is one sentence that names the field or file and the cure. */
export class IntermodalError extends Error {
  override readonly name = 'IntermodalError';
  readonly code: ErrorCode;
  readonly details: unknown;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.details = options.details;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  get kind(): ErrorKind {
    return ERRORS[this.code].kind;
  }
}

/** Anything thrown, as an IntermodalError: what we did not foresee is a bug of ours. */
export function toIntermodalError(thrown: unknown): IntermodalError {
  if (thrown instanceof IntermodalError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new IntermodalError('internal.bug', message, { cause: thrown });
}
