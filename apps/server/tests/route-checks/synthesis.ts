import { randomUUID } from 'node:crypto';
import { openSpeechOrders } from '../../src/domains/synthesis/index.ts';
import { formatId } from '../../src/platform/ids.ts';
import type { CheckedRoute } from '../check-route.ts';
import type { Roles } from '../roles.ts';
import { createGeneration, createTenant, createTestContext } from '../support/factories.ts';

/** Let in, and refused for its voice: there is no worker here. */
const harmless = { json: { text: 'Hi', voice: 'af_nobody' } };
const speech = {
  method: 'POST',
  json: { text: 'Hi' },
  action: 'speech.create',
  harmless,
} as const;

const anyGeneration = '/v1/generations/gen_01jd3x5qf8e5v9b1m2n3p4q5r6';
const malformedGenerations = [
  '/v1/generations/1',
  '/v1/generations/key_01jd3x5qf8e5v9b1m2n3p4q5r6',
];

async function foreignGeneration({ database }: Roles): Promise<string> {
  const id = await createGeneration(database.db, await createTenant(database.db));
  return `/v1/generations/${formatId('generation', id)}`;
}

async function foreignStream({ database }: Roles): Promise<string> {
  const generationId = randomUUID();
  await openSpeechOrders(createTestContext(database.db)).keep({
    generationId,
    idempotencyKey: 'theirs',
    operation: 'stream',
    input: {
      text: 'Theirs.',
      trimmedUnits: 0,
      voice: 'af_heart',
      speed: 1,
      format: 'wav',
      sampleRate: 24_000,
    },
    modelId: 'm',
    createdAt: new Date(),
    actor: (await createTenant(database.db)).asKey(),
    ownKey: undefined,
  });
  return `/v1/generations/${formatId('generation', generationId)}/stream`;
}

export const synthesisRoutes: readonly CheckedRoute[] = [
  { ...speech, path: '/v1/generate' },
  { ...speech, path: '/v1/generate/stream' },
  { ...speech, path: '/v1/generate/with-timestamps' },
  {
    ...speech,
    path: '/v1/audio/speech',
    json: { model: 'tts-1', voice: 'alloy', input: 'Hi' },
    harmless: { json: { model: 'tts-1', voice: 'af_nobody', input: 'Hi' } },
  },
  { method: 'GET', path: '/v1/generate/ws', action: 'speech.create' },
  {
    method: 'GET',
    path: anyGeneration,
    action: 'speech.create',
    malformed: malformedGenerations,
    foreign: foreignGeneration,
  },
  {
    method: 'GET',
    path: `${anyGeneration}/stream`,
    action: 'speech.create',
    malformed: [
      ...malformedGenerations.map((path) => `${path}/stream`),
      `${anyGeneration}/stream?offset=-1`,
      `${anyGeneration}/stream?offset=1.5`,
      `${anyGeneration}/stream?from=0`,
    ],
    foreign: foreignStream,
  },
  { method: 'GET', path: '/v1/models', action: 'any credential' },
];
