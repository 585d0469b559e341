import swagger from '@fastify/swagger';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { App } from './app.ts';
import { finishDocument, type OpenApiDocument } from './openapi-document.ts';

const description = `Speech from text, on your own machines.

Send your key as \`Authorization: Bearer vf_live_…\`. Errors are problem documents (RFC 9457) with a stable \`code\`; every answer carries \`X-Request-Id\`. A POST that costs or makes something takes an \`Idempotency-Key\`.`;

/** Collects the routes that are added after it into an OpenAPI 3.0.3 document. */
export async function describeRoutes(app: App): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.0.3',
      info: {
        title: 'VoiceFlow API',
        version: '1.0.0',
        description,
        license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
      },
      servers: [{ url: '/', description: 'This server' }],
      tags: [
        { name: 'Speech', description: 'Text to audio' },
        { name: 'OpenAI', description: "What OpenAI's clients call" },
        { name: 'Voices', description: 'Who speaks' },
        { name: 'Accounts', description: 'People: register, log in, log out' },
        { name: 'Teams', description: 'Who belongs together, and who may do what' },
        { name: 'Keys', description: 'API keys of the team' },
        {
          name: 'Request signing',
          description: 'Secrets that sign requests, so that a stolen key alone is of no use',
        },
        { name: 'Webhooks', description: 'Where a team hears of what happens' },
        { name: 'Audit log', description: 'Who did what, from where' },
        { name: 'Operator', description: 'For whoever runs this server' },
        { name: 'Health', description: 'For whatever watches this service' },
      ],
      components: {
        securitySchemes: {
          ApiKeyAuth: {
            type: 'http',
            scheme: 'bearer',
            bearerFormat: 'vf_live_… or vf_test_…',
            description: 'An API key of your team.',
          },
          AccessToken: {
            type: 'http',
            scheme: 'bearer',
            bearerFormat: 'JWT',
            description:
              'What a log-in answers, for 15 minutes. `X-VoiceFlow-Team: team_…` says in which team you act.',
          },
        },
      },
      security: [{ ApiKeyAuth: [] }, { AccessToken: [] }],
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
}

/** The finished document; call it once the app is ready. */
export function openApiDocument(app: App): OpenApiDocument {
  return finishDocument(app.swagger());
}
