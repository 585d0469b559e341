import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { LiveSpeech, WholeSpeech } from './service.ts';

/** Of a body that is read or made as it is sent; each slow reader holds as much in memory. */
const heldBytes = 16 * 1024;

/** Answers with the audio: from memory with its length, else as it is read or made. */
export function sendSpeech(reply: FastifyReply, speech: WholeSpeech | LiveSpeech): FastifyReply {
  tellSpeech(reply, speech);
  const { body } = speech;
  reply.type('contentType' in speech ? speech.contentType : speech.details.contentType);
  if (Buffer.isBuffer(body)) return reply.send(body);
  if (speech.details) {
    const skipped = 'fromByte' in speech ? speech.fromByte : 0;
    reply.header('content-length', speech.details.sizeBytes - skipped);
  }
  return reply.send(Readable.from(body, { objectMode: false, highWaterMark: heldBytes }));
}

/** The headers of every answer that holds speech. */
export function tellSpeech(
  reply: FastifyReply,
  speech: Omit<WholeSpeech | LiveSpeech, 'body'>,
  moreWarnings: readonly string[] = [],
): void {
  reply
    .header('x-voiceflow-characters', speech.characters)
    .header('x-voiceflow-cache', speech.cache);
  if (speech.generationId) reply.header('x-voiceflow-generation-id', speech.generationId);
  if (speech.details) {
    reply.header('x-voiceflow-audio-duration', speech.details.audioSeconds.toFixed(3));
  }
  if (speech.replayed) reply.header('idempotency-replayed', 'true');
  const warnings = [...speech.warnings, ...moreWarnings];
  // RFC 9111 retired Warning for caches; as a note to the caller it is still what clients show.
  if (warnings.length > 0) {
    reply.header('warning', warnings.map((text) => `299 voiceflow "${text}"`).join(', '));
  }
}

export async function* asIterable(body: Buffer | AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  if (Buffer.isBuffer(body)) yield body;
  else yield* body;
}
