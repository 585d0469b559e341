import type { FastifySchema, FastifySchemaCompiler } from 'fastify';
import type { z } from 'zod';
import { DomainError, type ProblemCode } from '../errors.ts';
import { problemGuide } from '../problem-guide.ts';
import { cutShort, describeType, showValue } from '../shown-value.ts';

type Issue = z.core.$ZodIssue;
type RawIssue = z.core.$ZodRawIssue;

/** Checks what a request brings by its schema; the first objection is the answer, in our own words. */
export const checkBySchema: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) => {
  return (data: unknown) => {
    const result = schema.safeParse(data, { error: wordsFor });
    if (result.success) return { value: result.data };
    return { error: describeZodError(result.error, partNames.get(httpPart ?? '')) };
  };
};

const partNames: ReadonlyMap<string, string> = new Map<keyof FastifySchema, string>([
  ['querystring', 'query parameter'],
]);

/**
 * The first thing that a schema objects to, as an error that names the field. A schema that wants a
 * code of its own adds a custom issue with `params: {code}`.
 */
export function describeZodError({ issues: [issue] }: z.ZodError, part = 'field'): DomainError {
  const param = issue?.path.join('.') ?? '';
  if (issue?.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    return new DomainError({
      kind: 'invalid',
      code: 'unknown_field',
      param: param ? `${param}.${key}` : key,
      detail: `There is no ${part} "${cutShort(key, 60)}" here.`,
    });
  }
  if (issue === undefined || param === '') {
    return new DomainError({
      kind: 'invalid',
      code: 'invalid_body',
      detail: 'The body must be an object with the fields of this route.',
    });
  }
  return new DomainError({
    kind: 'invalid',
    code: codeOf(issue),
    param,
    detail: `${param}: ${issue.message}`,
  });
}

function codeOf(issue: Issue): ProblemCode<'invalid'> {
  const code: unknown = issue.code === 'custom' ? issue.params?.code : undefined;
  return isInvalidCode(code) ? code : 'invalid_field';
}

function isInvalidCode(code: unknown): code is ProblemCode<'invalid'> {
  return typeof code === 'string' && Object.hasOwn(problemGuide.invalid, code);
}

/**
 * What is allowed and what was sent, wherever a schema says nothing itself. Text is shown only where
 * it should have been something else: a field of text may hold a secret.
 */
export function wordsFor(issue: RawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return wordsForType(issue.expected, issue.input);
    case 'invalid_value':
      return issue.input === undefined
        ? `is missing; it must be ${choices(issue.values)}`
        : `must be ${choices(issue.values)}, not ${showValue(issue.input)}`;
    case 'too_small':
      return wordsForSize(issue, 'at least', issue.minimum);
    case 'too_big':
      return wordsForSize(issue, 'at most', issue.maximum);
    default:
      return undefined;
  }
}

const typeNames: Readonly<Record<string, string>> = {
  int: 'a whole number',
  boolean: 'true or false',
  array: 'an array',
  object: 'an object',
  record: 'an object',
};

function wordsForType(expected: string, input: unknown): string {
  if (input === undefined) return 'is missing';
  const shown = expected === 'string' ? describeType(input) : showValue(input);
  return `must be ${typeNames[expected] ?? `a ${expected}`}, not ${shown}`;
}

function choices(values: readonly unknown[]): string {
  const [only, ...more] = values.map(String);
  return more.length === 0 ? String(only) : `one of ${[only, ...more].join(', ')}`;
}

function wordsForSize(issue: RawIssue, bound: string, size: number | bigint): string {
  const { input } = issue;
  if (typeof input === 'string') {
    return `must be ${bound} ${counted(size, 'character')} long, not ${input.length}`;
  }
  if (Array.isArray(input))
    return `must hold ${bound} ${counted(size, 'item')}, not ${input.length}`;
  return `must be ${bound} ${size}, not ${showValue(input)}`;
}

function counted(size: number | bigint, noun: string): string {
  return `${size} ${noun}${size === 1 ? '' : 's'}`;
}
