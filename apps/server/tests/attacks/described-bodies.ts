import { z } from 'zod';
import { type AccountApp, randomIp } from '../account-app.ts';
import type { createPerson } from '../team-app.ts';

/** Stands in the document for any team. */
const anyTeam = 'team_01jd3x5qf8e5v9b1m2n3p4q5r6';

interface Schema {
  readonly $ref?: string | undefined;
  readonly type?: string | undefined;
  readonly example?: unknown;
  readonly default?: unknown;
  readonly enum?: readonly unknown[] | undefined;
  readonly required?: readonly string[] | undefined;
  readonly properties?: Readonly<Record<string, Schema>> | undefined;
  readonly additionalProperties?: unknown;
  readonly items?: Schema | undefined;
  readonly minItems?: number | undefined;
  readonly minimum?: number | undefined;
  readonly anyOf?: readonly Schema[] | undefined;
  readonly oneOf?: readonly Schema[] | undefined;
}

const schemaSchema: z.ZodType<Schema> = z.looseObject({
  $ref: z.string().optional(),
  type: z.string().optional(),
  enum: z.array(z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  get properties() {
    return z.record(z.string(), schemaSchema).optional();
  },
  get items() {
    return schemaSchema.optional();
  },
  minItems: z.number().optional(),
  minimum: z.number().optional(),
  get anyOf() {
    return z.array(schemaSchema).optional();
  },
  get oneOf() {
    return z.array(schemaSchema).optional();
  },
});

const operationSchema = z.looseObject({
  parameters: z
    .array(
      z.looseObject({
        name: z.string(),
        in: z.string(),
        example: z.unknown().optional(),
        schema: schemaSchema.optional(),
      }),
    )
    .default([]),
  requestBody: z
    .looseObject({
      content: z.record(z.string(), z.looseObject({ schema: schemaSchema.optional() })),
    })
    .optional(),
});

const documentSchema = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), operationSchema)),
  components: z.looseObject({ schemas: z.record(z.string(), schemaSchema) }),
});

/** Where an object stands in a body: nothing for the body itself. */
export type Place = readonly (string | number)[];

/** A route that takes JSON, as the OpenAPI document describes it. */
export interface DescribedBody {
  readonly name: string;
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  /** A body of the described form. */
  readonly sample: unknown;
  /** The objects in the sample that take no other fields, with the fields that they take. */
  readonly objects: readonly { readonly place: Place; readonly fields: readonly string[] }[];
  /** The texts in the body itself. */
  readonly texts: readonly string[];
}

const methodSchema = z.enum(['POST', 'PUT', 'PATCH', 'DELETE']);

/** All of them, from the document that the server gives away. */
export async function listDescribedBodies(server: AccountApp): Promise<DescribedBody[]> {
  const document = documentSchema.parse((await server.get('/openapi.json')).json());
  const reader = new SchemaReader(document.components.schemas);
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, operation]) => {
      const schema = operation.requestBody?.content['application/json']?.schema;
      if (!schema) return [];
      const name = `${method.toUpperCase()} ${path}`;
      return [
        {
          name,
          method: methodSchema.parse(method.toUpperCase()),
          path: operation.parameters
            .filter((parameter) => parameter.in === 'path')
            .reduce((filled, parameter) => {
              const example = parameter.example ?? reader.sample(parameter.schema ?? {});
              return filled.replace(`{${parameter.name}}`, String(example));
            }, path),
          sample: reader.sample(schema),
          objects: reader.objects(schema),
          texts: reader.texts(schema),
        },
      ];
    }),
  );
}

/** Sends a body to a described route, as the owner of the team in its path, from an address of its own. */
export function send(
  server: AccountApp,
  person: Awaited<ReturnType<typeof createPerson>>,
  route: DescribedBody,
  body: unknown,
) {
  return server.app.inject({
    method: route.method,
    url: route.path.replace(anyTeam, person.teamId),
    remoteAddress: randomIp(),
    payload: JSON.stringify(body),
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${person.accessToken}`,
    },
  });
}

/** A copy with one more field, or another value of it, in the object at a place. */
export function withField(body: unknown, place: Place, field: string, value: unknown): unknown {
  const [step, ...rest] = place;
  if (step === undefined) return { ...z.looseObject({}).parse(body), [field]: value };
  if (Array.isArray(body)) {
    return body.map((item, index) => (index === step ? withField(item, rest, field, value) : item));
  }
  const object = z.record(z.string(), z.unknown()).parse(body);
  return { ...object, [step]: withField(object[String(step)], rest, field, value) };
}

class SchemaReader {
  readonly #schemas: Readonly<Record<string, Schema>>;

  constructor(schemas: Readonly<Record<string, Schema>>) {
    this.#schemas = schemas;
  }

  /** The schema itself, or the first of several that are possible. */
  #resolve(schema: Schema): Schema {
    const { $ref, anyOf = [], oneOf = [] } = schema;
    const [variant] = [...anyOf, ...oneOf];
    if ($ref !== undefined) return this.#resolve(this.#schemas[$ref.split('/').at(-1) ?? ''] ?? {});
    return variant && schema.example === undefined ? this.#resolve(variant) : schema;
  }

  sample(given: Schema): unknown {
    const schema = this.#resolve(given);
    if (schema.example !== undefined) return schema.example;
    if (schema.default !== undefined) return schema.default;
    if (schema.enum) return schema.enum[0];
    switch (schema.type) {
      case 'object':
        return Object.fromEntries(
          Object.entries(schema.properties ?? {})
            .filter(([name]) => schema.required?.includes(name))
            .map(([name, property]) => [name, this.sample(property)]),
        );
      case 'array':
        return Array.from({ length: Math.max(1, schema.minItems ?? 0) }, () =>
          this.sample(schema.items ?? {}),
        );
      case 'string':
        return 'text';
      case 'boolean':
        return true;
      default:
        return schema.minimum ?? 1;
    }
  }

  objects(given: Schema, place: Place = []): DescribedBody['objects'] {
    const schema = this.#resolve(given);
    if (schema.type === 'array' && schema.items) return this.objects(schema.items, [...place, 0]);
    if (schema.type !== 'object') return [];
    const here =
      schema.additionalProperties === false
        ? [{ place, fields: Object.keys(schema.properties ?? {}) }]
        : [];
    const inside = Object.entries(schema.properties ?? {})
      .filter(([name]) => schema.required?.includes(name))
      .flatMap(([name, property]) => this.objects(property, [...place, name]));
    return [...here, ...inside];
  }

  texts(given: Schema): readonly string[] {
    const { properties = {} } = this.#resolve(given);
    return Object.keys(properties).filter((name) => {
      const { type, enum: values } = this.#resolve(properties[name] ?? {});
      return type === 'string' && !values;
    });
  }
}
