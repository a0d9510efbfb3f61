import type { z } from 'zod';
import type { ErrorCode } from '../error.ts';
import type { Scope } from '../scope.ts';

/** One representation of a body or an answer. */
export interface Content {
  /** Left out for bytes and pages. */
  readonly schema?: z.ZodType;
  readonly example?: unknown;
}

export interface Answer {
  readonly summary: string;
  /** By media type; left out when there is no body. */
  readonly content?: Readonly<Record<string, Content>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One thing that the API can be asked. The server checks by it, the client is typed by it, the document is made of it. */
export type Route = Asked & (Keyed | Open);

/** Asks for a key that has this scope. */
interface Keyed {
  readonly scope: Scope;
  readonly open?: never;
}

/** Asks for no key. */
interface Open {
  readonly open: true;
  readonly scope?: never;
}

interface Asked {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `/v1/jobs/:id` */
  readonly path: string;
  readonly tag:
    | 'jobs'
    | 'batches'
    | 'webhooks'
    | 'artifacts'
    | 'pipelines'
    | 'stages'
    | 'openai'
    | 'mcp'
    | 'keys'
    | 'tenants'
    | 'usage'
    | 'audit'
    | 'health'
    | 'documentation';
  readonly summary: string;
  readonly description?: string;
  /** Refused with a code `quota.…` to a tenant that has used up its share of this. */
  readonly spends?: readonly ('compute' | 'storage')[];
  /** Whether the audit log has it; left out, it has whatever changes something under a scope that manages. */
  readonly audited?: boolean;
  readonly pathParameters?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly headers?: z.ZodObject;
  /** By media type. */
  readonly body?: Readonly<Record<string, Content>>;
  readonly answers: Readonly<Record<number, Answer>>;
  /** Besides those that every route may give: key.invalid, key.scope, rate.limited, store.unavailable, internal.bug. */
  readonly errors: readonly ErrorCode[];
}
