import { type StockVoice, stockVoices } from '@voiceflow/speech/voices';
import type { Context } from '../../platform/context.ts';
import { requirePermission } from '../teams/index.ts';
import { unknownVoice, voiceNotFound } from './errors.ts';
import { findNearest } from './nearest.ts';
import type { ListVoicesInput, Voice } from './schema.ts';

const voices: ReadonlyMap<string, Voice> = new Map(
  stockVoices
    .map(presentStockVoice)
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((voice) => [voice.id, voice]),
);

function presentStockVoice(voice: StockVoice): Voice {
  return {
    id: voice.id,
    name: voice.name,
    language: voice.language,
    gender: voice.gender,
    kind: 'stock',
    licence: voice.licence,
    preview_url: `/v1/voices/${voice.id}/preview`,
  };
}

/** Voices in the order of their ids, a page at a time. */
export function listVoices({ ctx, input }: { ctx: Context; input: ListVoicesInput }): {
  voices: Voice[];
  nextCursor: string | null;
} {
  requirePermission(ctx.actor, 'voices.read');
  const language = input.language?.toLowerCase();
  const matching = [...voices.values()].filter(
    (voice) =>
      (input.gender === undefined || voice.gender === input.gender) &&
      (language === undefined || `${voice.language.toLowerCase()}-`.startsWith(`${language}-`)) &&
      (input.cursor === undefined || voice.id > input.cursor),
  );
  const page = matching.slice(0, input.limit);
  return { voices: page, nextCursor: (matching.length > page.length && page.at(-1)?.id) || null };
}

/** @throws DomainError `voice_not_found` */
export function getVoice({ ctx, input }: { ctx: Context; input: { id: string } }): Voice {
  requirePermission(ctx.actor, 'voices.read');
  const voice = voices.get(input.id);
  if (!voice) throw voiceNotFound(input.id, findNearest(input.id, voices.keys()));
  return voice;
}

/**
 * The voice that a synthesis asks for by id or by one of `otherNames` (name → id).
 * @throws DomainError `unknown_voice`, with the nearest name
 */
export function resolveVoice(name: string, otherNames: ReadonlyMap<string, string>): Voice {
  const voice = voices.get(otherNames.get(name) ?? name);
  if (!voice) throw unknownVoice(name, findNearest(name, [...voices.keys(), ...otherNames.keys()]));
  return voice;
}
