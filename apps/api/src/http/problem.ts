import { ERRORS, type IntermodalError, type Problem } from '@intermodal/contracts';
import type { FastifyReply } from 'fastify';

/** As bytes: to text Fastify would add a charset, which this media type does not have. */
export const sendProblem = (reply: FastifyReply, problem: Problem): FastifyReply =>
  reply
    .status(problem.status)
    .header('x-request-id', problem.requestId)
    .header('content-type', 'application/problem+json')
    .send(Buffer.from(JSON.stringify(problem)));

/** @param traceId where the request is traced */
export function problemOf(error: IntermodalError, requestId: string, traceId?: string): Problem {
  const { title, status, kind } = ERRORS[error.code];
  const hidden = kind === 'bug';
  return {
    type: `urn:intermodal:error:${error.code}`,
    title,
    status,
    code: hidden ? 'internal.bug' : error.code,
    detail: hidden ? `The server's log has it under request ${requestId}.` : error.message,
    requestId,
    ...(traceId !== undefined && { traceId }),
    ...(!hidden && error.details !== undefined && { errors: error.details }),
  };
}
