import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { integerParameter } from '../../platform/decimal-text.ts';
import { type App, type ContextOf, callerSignal, problems } from '../../platform/http/index.ts';
import { wantsEvents } from './accept.ts';
import { offsetBeyondEnd } from './errors.ts';
import { generationIdSchema, generationSchema, presentGeneration } from './generation-schema.ts';
import { getGeneration, resumeSpeech } from './generations.ts';
import { speechProblemCodes, streamContent } from './routes.ts';
import type { LiveSpeech, SynthesisServices } from './service.ts';
import { sendSpeech } from './speech-reply.ts';
import { parseEventId, sendEvents } from './stream-events.ts';

/** RFC 8673: what a range of audio whose end is not known yet ends with. */
const someLastByte = Number.MAX_SAFE_INTEGER;
const rangePattern = new RegExp(`^bytes=(\\d{1,15})-(?:${someLastByte})?$`);

const oneGeneration = z.strictObject({ id: generationIdSchema });

const resumeHeaders = z.looseObject({
  range: z
    .string()
    .transform((text, issues) => {
      const [, first] = rangePattern.exec(text) ?? [];
      if (first !== undefined) return Number(first);
      issues.addIssue('must be bytes=N-: everything from byte N on');
      return z.NEVER;
    })
    .optional()
    .meta({ type: 'string', description: 'As `offset`', example: 'bytes=4096-' }),
  'last-event-id': z
    .string()
    .transform((text, issues) => {
      const position = parseEventId(text);
      if (position) return position;
      issues.addIssue('must be the id of an event of this stream, such as 4096-12');
      return z.NEVER;
    })
    .optional()
    .meta({
      type: 'string',
      description: 'The last event that arrived, where the answer is to be events',
      example: '4096-12',
    }),
});

/** What was made, and streams that go on where they broke off. */
export function addGenerationRoutes(
  app: App,
  contextOf: ContextOf,
  services: SynthesisServices,
): void {
  app.get(
    '/v1/generations/:id',
    {
      config: { clientTokens: true },
      schema: {
        operationId: 'getGeneration',
        tags: ['Speech'],
        summary: 'Look at a generation',
        description:
          'What `X-VoiceFlow-Generation-Id` names: how it stands, and until when its stream can be resumed.',
        params: oneGeneration,
        response: {
          200: {
            description: 'The generation',
            content: { 'application/json': { schema: generationSchema } },
          },
          ...problems(
            'invalid_field',
            'missing_credential',
            'permission_denied',
            'generation_not_found',
          ),
        },
      },
    },
    async (request, reply) => {
      const generation = await getGeneration({ ctx: contextOf(request), input: request.params });
      return reply.type('application/json').send(presentGeneration(generation));
    },
  );

  app.get(
    '/v1/generations/:id/stream',
    {
      config: { clientTokens: true, speech: true },
      // Whoever asks for the headers alone would have the speech made.
      exposeHeadRoute: false,
      schema: {
        operationId: 'resumeSpeech',
        tags: ['Speech'],
        summary: 'Resume a stream',
        description:
          'The audio of a stream from any byte on, for an hour after it was begun: after a connection was cut or a server restarted. The bytes are those that would have come; what was lost is made again, and the generation counts once. `Range` is answered with 206, and while the end is not known with a last byte of 9007199254740991 (RFC 8673). With `Accept: text/event-stream` the events go on behind `Last-Event-ID`.',
        params: oneGeneration,
        headers: resumeHeaders,
        querystring: z.strictObject({
          offset: integerParameter({ min: 0, max: someLastByte })
            .optional()
            .describe('How many bytes of the audio have arrived.')
            .meta({ example: 4096 }),
        }),
        response: {
          200: { description: 'The rest of the audio, or of the events', content: streamContent },
          206: { description: 'The rest of the audio, as a range', content: streamContent },
          ...problems(
            ...speechProblemCodes.filter((code) => code !== 'idempotency_key_reused'),
            'generation_not_found',
            'generation_outdated',
            'offset_beyond_end',
          ),
        },
      },
    },
    async (request, reply) => {
      const { range, 'last-event-id': from } = request.headers;
      const events = wantsEvents(request);
      const offset = range ?? request.query.offset ?? 0;
      const { order, speech } = await resumeSpeech(services, {
        ctx: contextOf(request),
        input: { id: request.params.id, fromByte: events ? (from?.bytes ?? 0) : offset },
        signal: callerSignal(reply),
      });
      if (events) return sendEvents(request, reply, speech, { input: order.input, from });
      if (range !== undefined) tellRange(reply, speech);
      return sendSpeech(reply, speech);
    },
  );
}

function tellRange(reply: FastifyReply, { fromByte, details }: LiveSpeech): void {
  if (details?.sizeBytes === fromByte) throw offsetBeyondEnd(fromByte, details.sizeBytes);
  const range = details
    ? `${fromByte}-${details.sizeBytes - 1}/${details.sizeBytes}`
    : `${fromByte}-${someLastByte}/*`;
  reply.code(206).header('content-range', `bytes ${range}`);
}
