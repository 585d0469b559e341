import type { ZodFastifySchemaValidationError } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { DomainError } from '../errors.ts';

/** What the zod validator hands to Fastify, as far as a message is made of it. */
const issueSchema = z.object({
  keyword: z.string(),
  instancePath: z.string(),
  message: z.string().default('is not valid'),
  params: z
    .object({
      keys: z.array(z.string()).optional(),
      expected: z.string().optional(),
      params: z.object({ code: z.string().optional() }).optional(),
    })
    .catch({}),
});

/**
 * The first thing that a request's schema objects to, as an error that names the field. A schema
 * that wants a code of its own adds a custom issue with `params: {code}`.
 */
export function describeIssue(error: {
  validation: ZodFastifySchemaValidationError[];
  validationContext?: string | undefined;
}): DomainError {
  const issue = issueSchema.parse(error.validation[0]);
  const where = error.validationContext === 'querystring' ? 'query parameter' : 'field';
  const param = issue.instancePath.slice(1).replaceAll('/', '.');
  const unknownKey = issue.params.keys?.[0];
  if (issue.keyword === 'unrecognized_keys' && unknownKey !== undefined) {
    return new DomainError({
      kind: 'invalid',
      code: 'unknown_field',
      param: param ? `${param}.${unknownKey}` : unknownKey,
      detail: `There is no ${where} "${shorten(unknownKey)}" here.`,
    });
  }
  if (param === '') {
    return new DomainError({
      kind: 'invalid',
      code: 'invalid_body',
      detail: 'The body must be an object with the fields of this route.',
    });
  }
  return new DomainError({
    kind: 'invalid',
    code: issue.params.params?.code ?? 'invalid_field',
    param,
    // What a query says comes as text; zod names what became of it.
    detail: `${param}: ${issue.message.endsWith('received NaN') ? 'must be a number' : issue.message}`,
  });
}

/** The same of a message that came over a web socket. */
export function describeZodError({ issues }: z.ZodError): DomainError {
  return describeIssue({
    validation: issues.map((issue) => ({
      keyword: issue.code,
      instancePath: `/${issue.path.join('/')}`,
      schemaPath: '',
      message: issue.message,
      params: { ...issue },
    })),
  });
}

/** What a stranger sent is repeated only in part. */
function shorten(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`;
}
