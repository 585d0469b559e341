import type { AudioFormat } from '@voiceflow/speech/audio';
import type { FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';
import { notAcceptable } from './errors.ts';

export const eventStream = 'text/event-stream';

/** What `Accept` may call the formats; the first of all is what anything goes for. */
const namesOfFormats: Readonly<Record<AudioFormat, readonly string[]>> = {
  wav: ['audio/wav', 'audio/x-wav', 'audio/wave', 'audio/vnd.wave'],
  mp3: ['audio/mpeg', 'audio/mp3'],
  opus: ['audio/ogg', 'audio/ogg; codecs=opus', 'audio/opus'],
  flac: ['audio/flac', 'audio/x-flac'],
  aac: ['audio/aac'],
  pcm: ['audio/pcm'],
  mulaw: ['audio/PCMU', 'audio/basic'],
  alaw: ['audio/PCMA'],
};
const formatOfName = new Map(
  Object.entries(namesOfFormats).flatMap(([format, names]) => names.map((name) => [name, format])),
);
const offered = [...formatOfName.keys(), eventStream];

/** Whether the caller would rather have events than bare audio. */
export function wantsEvents({ headers }: FastifyRequest): boolean {
  return new Negotiator({ headers }).mediaType(offered) === eventStream;
}

/** Puts the format that `Accept` names into a body that names none. @throws `not_acceptable` */
export async function acceptFormat({ body, headers }: FastifyRequest): Promise<void> {
  if (typeof body !== 'object' || body === null || 'format' in body) return;
  const accepted = new Negotiator({ headers }).mediaTypes(offered);
  if (accepted.length === 0) throw notAcceptable(offeredInShort);
  const format = accepted.map((name) => formatOfName.get(name)).find((known) => known);
  if (format) Object.assign(body, { format });
}

const offeredInShort = [...Object.values(namesOfFormats).map(([name = '']) => name), eventStream];
