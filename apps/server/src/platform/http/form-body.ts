import { Readable } from 'node:stream';
import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { readDecimal } from '../decimal-text.ts';
import { DomainError } from '../errors.ts';

const maxFields = 20;
const maxFieldNameBytes = 100;
const maxFieldBytes = 128 * 1024;

/** What a route's form may hold besides plain text. */
export interface FormRules {
  /** Fields that are numbers: their text is turned into one, where it is one. */
  readonly numbers: readonly string[];
  /** File fields and why they are refused. */
  readonly refusedFiles: Readonly<Record<string, () => DomainError>>;
}

export async function acceptForms(app: FastifyInstance): Promise<void> {
  await app.register(multipart, {
    limits: {
      fields: maxFields,
      parts: maxFields,
      files: 1,
      fieldNameSize: maxFieldNameBytes,
      fieldSize: maxFieldBytes,
    },
  });
}

/**
 * Reads a multipart form into an object as its JSON twin would be, for the same schema. Nothing of
 * a file is read: its field is refused as soon as it appears.
 */
export async function readForm(
  request: FastifyRequest,
  rules: FormRules,
): Promise<Record<string, unknown>> {
  const fields = new Map<string, unknown>();
  try {
    for await (const part of unreadForm(request).parts()) {
      if (part.type === 'file') throw refuseFile(part.fieldname, rules);
      if (part.fieldnameTruncated || part.valueTruncated) {
        throw new DomainError({
          kind: 'too_large',
          code: 'field_too_large',
          param: part.fieldname,
          detail: `${part.fieldname}: a form field holds at most ${maxFieldBytes} bytes.`,
        });
      }
      if (fields.has(part.fieldname)) {
        throw invalidForm(`The field "${part.fieldname}" appears twice.`, part.fieldname);
      }
      fields.set(part.fieldname, decodeValue(part.fieldname, String(part.value), rules));
    }
  } catch (error) {
    if (error instanceof DomainError) throw error;
    throw invalidForm(`The multipart body cannot be read: ${messageOf(error)}.`);
  }
  return Object.fromEntries(fields);
}

/** The form of a signed request was read to check it: its parser then gets what was read. */
function unreadForm(request: FastifyRequest): FastifyRequest {
  const { signedBody, headers } = request;
  if (!signedBody) return request;
  const raw = Object.assign(Readable.from([signedBody], { objectMode: false }), { headers });
  return Object.create(request, { raw: { value: raw } });
}

function decodeValue(name: string, text: string, rules: FormRules): unknown {
  // The parser puts this in the place of bytes that are no text.
  if (text.includes('\ufffd')) {
    throw new DomainError({
      kind: 'invalid',
      code: 'invalid_encoding',
      param: name,
      detail: `${name}: the value is not valid UTF-8.`,
    });
  }
  return rules.numbers.includes(name) ? readDecimal(text) : text;
}

function refuseFile(name: string, rules: FormRules): DomainError {
  const refusal = rules.refusedFiles[name];
  return refusal ? refusal() : invalidForm(`The field "${name}" takes text, not a file.`, name);
}

function invalidForm(detail: string, param?: string): DomainError {
  return new DomainError({
    kind: 'invalid',
    code: 'invalid_multipart',
    detail,
    ...(param === undefined ? {} : { param }),
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
