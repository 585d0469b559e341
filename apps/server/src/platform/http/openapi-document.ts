import { z } from 'zod';
import { exampleProblem } from './problem-responses.ts';

const media = z.looseObject({ schema: z.unknown(), example: z.unknown().optional() });
const response = z.looseObject({
  description: z.string(),
  content: z.record(z.string(), media).optional(),
  headers: z.record(z.string(), z.unknown()).optional(),
});
const operation = z.looseObject({
  operationId: z.string(),
  security: z.array(z.unknown()).optional(),
  responses: z.record(z.string(), response),
});
const documentSchema = z.looseObject({
  openapi: z.literal('3.0.3'),
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.looseObject({ schemas: z.record(z.string(), z.unknown()) }),
});

export type OpenApiDocument = z.infer<typeof documentSchema>;

function header(description: string, schema: Record<string, unknown>, example: unknown) {
  return { description, schema, example };
}

const requestId = header(
  'Names this request; send your own to find it in your logs.',
  { type: 'string' },
  'req_5f0c2d3b9a1e4c7f8d6b2a1c3e5f7a9b',
);
const speechHeaders = {
  'X-VoiceFlow-Generation-Id': header(
    'Names what is made; a stream that breaks off goes on under it',
    { type: 'string' },
    'gen_01jd3x5qf8e5v9b1m2n3p4q5r6',
  ),
  'X-VoiceFlow-Characters': header('Characters of the text', { type: 'integer' }, 21),
  'X-VoiceFlow-Audio-Duration': header(
    'Seconds of audio, where they are known before it is sent',
    { type: 'number' },
    1.575,
  ),
  'X-VoiceFlow-Cache': header(
    '`hit`: kept from before; `joined`: an equal request had it under way',
    { type: 'string', enum: ['hit', 'miss', 'joined'] },
    'miss',
  ),
  Warning: header(
    'What could not be honoured',
    { type: 'string' },
    '299 voiceflow "ff_siwis is a fr-FR voice; the text is read as English with its accent"',
  ),
};
const idempotencyReplayed = header(
  'This Idempotency-Key was answered before: nothing was counted or made again',
  { type: 'string', enum: ['true'] },
  'true',
);
const limitHeaders: Record<string, unknown> = {
  'RateLimit-Limit': header('Requests that any minute may hold', { type: 'integer' }, 60),
  'RateLimit-Remaining': header('Requests that are left now', { type: 'integer' }, 59),
  'RateLimit-Reset': header('Seconds until more are left', { type: 'integer' }, 60),
};
const retryAfter = header('Seconds after which to come back', { type: 'integer' }, 4);

/** Adds what the route schemas cannot say: headers of answers and examples of problems. */
export function finishDocument(generated: unknown): OpenApiDocument {
  const document = documentSchema.parse(generated);
  for (const path of Object.values(document.paths)) {
    for (const { responses, security } of Object.values(path)) {
      const limited = '429' in responses && security?.length !== 0;
      // Nothing but an Idempotency-Key is refused so.
      const once = '422' in responses;
      for (const [status, answer] of Object.entries(responses)) {
        finishResponse(Number(status), answer, limited);
        if (once && answer.headers && Number(status) < 300) {
          answer.headers['Idempotency-Replayed'] = idempotencyReplayed;
        }
      }
    }
  }
  document.components = { ...document.components, headers: limitHeaders };
  dropUnusedSchemas(document);
  const { openapi, paths, components, ...rest } = typeNullables(nameInputsPlainly(document));
  return { openapi, ...rest, paths: sortOperations(paths), components };
}

/** Every registered schema arrives in two forms, as input and as output; few are used in both. */
function dropUnusedSchemas({ paths, components }: OpenApiDocument): void {
  for (;;) {
    const text = JSON.stringify([paths, components.schemas]);
    const unused = Object.keys(components.schemas).filter(
      (name) => !text.includes(`"#/components/schemas/${name}"`),
    );
    if (unused.length === 0) return;
    for (const name of unused) delete components.schemas[name];
  }
}

/** `KeyInput` is called `Key` where no output goes by that name. */
function nameInputsPlainly(document: OpenApiDocument): OpenApiDocument {
  let text = JSON.stringify(document);
  for (const name of Object.keys(document.components.schemas)) {
    const plain = name.replace(/Input$/, '');
    if (plain === name || plain in document.components.schemas) continue;
    text = text
      .replaceAll(`"#/components/schemas/${name}"`, `"#/components/schemas/${plain}"`)
      .replace(`"${name}":`, `"${plain}":`);
  }
  return documentSchema.parse(JSON.parse(text));
}

/** OpenAPI 3.0 counts `nullable` only beside a `type`, which a reference does not bring along. */
function typeNullables(document: OpenApiDocument): OpenApiDocument {
  const typed = JSON.stringify(document, (_key, value: unknown) =>
    isUntypedNullable(value) ? { type: 'object', ...value } : value,
  );
  return documentSchema.parse(JSON.parse(typed));
}

function isUntypedNullable(value: unknown): value is { nullable: true; allOf: unknown[] } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'nullable' in value &&
    value.nullable === true &&
    'allOf' in value &&
    !('type' in value)
  );
}

/** What an operation is for comes before how it answers. */
function sortOperations(paths: OpenApiDocument['paths']): OpenApiDocument['paths'] {
  return Object.fromEntries(
    Object.entries(paths).map(([path, operations]) => [
      path,
      Object.fromEntries(
        Object.entries(operations).map(([method, { operationId, responses, ...rest }]) => [
          method,
          { operationId, ...rest, responses },
        ]),
      ),
    ]),
  );
}

function finishResponse(status: number, answer: z.infer<typeof response>, limited: boolean): void {
  // What follows is no HTTP.
  if (status === 101) delete answer.content;
  answer.headers = { 'X-Request-Id': requestId };
  for (const name of limited ? Object.keys(limitHeaders) : []) {
    answer.headers[name] = { $ref: `#/components/headers/${name}` };
  }
  const types = Object.keys(answer.content ?? {});
  const audio = types.length > 1 && types.some((type) => type.startsWith('audio/'));
  if (audio || answer.description.includes('words')) {
    Object.assign(answer.headers, speechHeaders);
  }
  if (status === 429 || status === 503) answer.headers['Retry-After'] = retryAfter;
  const problem = answer.content?.['application/problem+json'];
  const openAi = JSON.stringify(problem?.schema ?? '').includes('OpenAi');
  const example = exampleProblem(status, openAi);
  if (problem && example) problem.example = example;
}
