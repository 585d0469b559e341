import { hash } from 'node:crypto';
import type { SpeechSpec } from './job.ts';

/**
 * Names what a team asked for: equal requests of one team on one model share a place. The team is
 * part of it, so that a quick answer tells nobody what another team has had spoken.
 */
export function placeOf(owner: string, modelId: string, spec: SpeechSpec): string {
  const { text, voice, speed, locale, format, sampleRate, follows, unheardSeconds } = spec;
  const parts = [owner, modelId, text, voice, speed, locale, format, sampleRate];
  return digest(follows === undefined ? parts : [...parts, follows, unheardSeconds ?? 0]);
}

/** The place of the same speech with another request's id in its metadata. */
export function placeForRequest(place: string, requestId: string): string {
  return digest([place, requestId]);
}

/** What an Idempotency-Key is bound to. */
export function requestHashOf(operation: string, spec: SpeechSpec): string {
  return placeOf(operation, '', spec);
}

function digest(parts: readonly (string | number)[]): string {
  return hash('sha256', JSON.stringify(parts), 'hex');
}
