import { z } from 'zod';
import { isConnectionLost } from '../database/database.ts';
import {
  DomainError,
  type DomainErrorOptions,
  type ErrorKind,
  type ProblemCode,
} from '../errors.ts';
import { maxFormBytes, maxJsonBytes } from './limits.ts';

/** Where this server says what the codes mean. */
export const problemPages = '/docs/errors';

/**
 * A reference that is resolved against the address of the request (RFC 9457): it leads to the page
 * wherever the server is reached, behind whatever proxy, and without the internet.
 */
export function typeOf(code: string): string {
  return `${problemPages}/${code}`;
}

/** Every error answer: RFC 9457, served as application/problem+json. */
export const problemSchema = z
  .object({
    type: z
      .string()
      .describe('Where this server says what the code means and how to mend it')
      .meta({ format: 'uri-reference' }),
    title: z.string().describe('The same for every error of this code'),
    status: z.int().describe('The HTTP status'),
    detail: z.string().describe('What is wrong with this request, in a sentence'),
    code: z.string().describe('Stable, for programs'),
    param: z.string().optional().describe('The field, parameter or header at fault'),
    request_id: z.string().describe('Quote it when you ask for help'),
  })
  .meta({ id: 'Problem', description: 'What went wrong (RFC 9457)' });

/** The same, with the member that OpenAI's clients read. */
export const openAiProblemSchema = problemSchema
  .extend({
    error: z.object({
      message: z.string(),
      type: z.string(),
      param: z.string().nullable(),
      code: z.string(),
    }),
  })
  .meta({ id: 'OpenAiProblem', description: "What went wrong (RFC 9457), also in OpenAI's form" });

export type Problem = z.infer<typeof problemSchema>;

export const statusOfKind = {
  invalid: 400,
  unauthenticated: 401,
  exhausted: 402,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  not_acceptable: 406,
  conflict: 409,
  too_large: 413,
  unsupported_media: 415,
  out_of_range: 416,
  unprocessable: 422,
  upgrade_required: 426,
  rate_limited: 429,
  failed: 500,
  unavailable: 503,
  timed_out: 504,
} as const satisfies Readonly<Record<ErrorKind, number>>;

/** The status that a code is answered with. */
export type StatusOf<Code extends ProblemCode> = {
  [Kind in ErrorKind]: Code extends ProblemCode<Kind> ? (typeof statusOfKind)[Kind] : never;
}[ErrorKind];

/** What Fastify itself refuses, in our own words. */
const fastifyErrors: Readonly<Record<string, DomainErrorOptions>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: {
    kind: 'too_large',
    code: 'body_too_large',
    detail: `The body is larger than this route takes: ${maxJsonBytes} bytes of JSON, or ${maxFormBytes} of a form.`,
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    kind: 'unsupported_media',
    code: 'unsupported_media_type',
    detail: 'Send the body as application/json or, where the route takes it, multipart/form-data.',
  },
  FST_ERR_CTP_EMPTY_JSON_BODY: {
    kind: 'invalid',
    code: 'invalid_json',
    detail: 'The body is empty although its content type says JSON.',
  },
  FST_ERR_CTP_INVALID_JSON_BODY: {
    kind: 'invalid',
    code: 'invalid_json',
    detail: 'The body is not valid JSON.',
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    kind: 'invalid',
    code: 'invalid_content_length',
    detail: 'Content-Length does not match the body.',
  },
  FST_ERR_BAD_URL: { kind: 'invalid', code: 'invalid_url', detail: 'The path is not a valid URL.' },
  FST_ERR_MAX_PARAM_LENGTH: {
    kind: 'not_found',
    code: 'not_found',
    detail: 'There is nothing at this path.',
  },
};

/** The one mapping from whatever was thrown to a DomainError; undefined means the fault is ours. */
export function toDomainError(error: unknown): DomainError | undefined {
  if (error instanceof DomainError) return error;
  if (isConnectionLost(error)) {
    return new DomainError({
      kind: 'unavailable',
      code: 'database_unavailable',
      detail: 'The database is restarting or has too much to do; try again in a second.',
      retryAfterSeconds: 1,
      cause: error,
    });
  }
  if (!(error instanceof Error)) return undefined;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const known = fastifyErrors[code];
  if (known) return new DomainError({ ...known, cause: error });
  if (code.startsWith('FST_') && isClientError(error)) {
    return new DomainError({
      kind: 'invalid',
      code: 'invalid_request',
      detail: error.message,
      cause: error,
    });
  }
  if (error instanceof SyntaxError && isClientError(error)) {
    return new DomainError({
      kind: 'invalid',
      code: 'invalid_json',
      detail: `The body is not valid JSON: ${error.message}.`,
      cause: error,
    });
  }
  return undefined;
}

function isClientError(error: Error): boolean {
  if (!('statusCode' in error) || typeof error.statusCode !== 'number') return false;
  return error.statusCode >= 400 && error.statusCode < 500;
}

/** What a caller is answered, or would have been had the answer not begun. */
export function statusOf(error: unknown): number {
  const known = toDomainError(error);
  return known ? statusOfKind[known.kind] : 500;
}

export function describeProblem(error: DomainError | undefined, requestId: string): Problem {
  const code = error?.code ?? 'internal_error';
  return {
    type: typeOf(code),
    title: titleOf(code),
    status: error ? statusOfKind[error.kind] : 500,
    detail: error?.detail ?? 'Something failed on our side. Try again, and tell us the request_id.',
    code,
    ...(error?.param === undefined ? {} : { param: error.param }),
    request_id: requestId,
  };
}

export function addOpenAiError(problem: Problem): z.infer<typeof openAiProblemSchema> {
  const { detail: message, code, param = null } = problem;
  return { ...problem, error: { message, type: code, param, code } };
}

/** `unknown_voice` → `Unknown voice` */
export function titleOf(code: string): string {
  const words = code.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
