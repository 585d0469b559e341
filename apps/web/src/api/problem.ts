import * as z from 'zod/mini';

const problemSchema = z.object({
  title: z.string(),
  status: z.number(),
  detail: z.optional(z.string()),
  code: z.optional(z.string()),
  param: z.optional(z.string()),
  request_id: z.optional(z.string()),
});

/** What went wrong with a call, in the words of the API's problem document or of this page. */
export interface Problem {
  title: string;
  detail: string;
  /** 0 when no answer came. */
  status: number;
  code: string | undefined;
  /** The field at fault. */
  param: string | undefined;
  requestId: string | undefined;
  retryAfterSeconds: number | undefined;
}

export class ApiError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.name = 'ApiError';
    this.problem = problem;
  }
}

/** Reads the problem out of an error response; one that is none (from a proxy, say) still gets a clear text. */
export async function readProblem(response: Response): Promise<Problem> {
  const parsed = problemSchema.safeParse(await response.json().catch(() => undefined));
  const told = parsed.success ? parsed.data : undefined;
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  return {
    title: told?.title ?? `The server answered ${response.status}`,
    detail: told?.detail ?? `${response.status} ${response.statusText}`.trim(),
    status: response.status,
    code: told?.code,
    param: told?.param,
    requestId: told?.request_id ?? response.headers.get('x-request-id') ?? undefined,
    retryAfterSeconds: Number.isFinite(retryAfter) ? retryAfter : undefined,
  };
}

/** A problem that this page noticed itself: no answer, or an answer that broke off. */
export function localProblem(title: string, detail: string, requestId?: string): Problem {
  return {
    title,
    detail,
    status: 0,
    code: undefined,
    param: undefined,
    requestId,
    retryAfterSeconds: undefined,
  };
}

const credentialCodes: ReadonlySet<string | undefined> = new Set([
  'missing_credential',
  'invalid_credential',
  'invalid_api_key',
  'invalid_access_token',
]);

/** Whether the server does not know who asks, or no longer. */
export function isCredentialRefused({ status, code }: Problem): boolean {
  return status === 401 && credentialCodes.has(code);
}

/** The problem behind whatever a call threw. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ApiError) return error.problem;
  return localProblem(
    'The server answered with something unexpected',
    error instanceof Error ? error.message : String(error),
  );
}

/** `password: is too short.` → `Is too short.`, for the field that has this name. */
export function tellAtField({ param, detail }: Problem): string {
  const told = detail.startsWith(`${param}: `) ? detail.slice(`${param}: `.length) : detail;
  return told.charAt(0).toUpperCase() + told.slice(1);
}
