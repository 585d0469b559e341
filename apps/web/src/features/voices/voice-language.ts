import type { Voice } from '../../api/voices.ts';

const languageNames = new Intl.DisplayNames(['en'], { type: 'language' });

/** "en-GB" → "British English". */
export function nameLanguage(tag: string): string {
  try {
    return languageNames.of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/** "British English, female". */
export function describeVoice(voice: Voice): string {
  return `${nameLanguage(voice.language)}, ${voice.gender}`;
}

export interface VoiceGroup {
  label: string;
  items: Voice[];
}

/** Voices by language and gender: English first, each group in the server's order. */
export function groupVoices(voices: readonly Voice[]): VoiceGroup[] {
  const groups = new Map<string, VoiceGroup & { language: string; gender: string }>();
  for (const voice of voices) {
    const { language, gender } = voice;
    const label = `${nameLanguage(language)} · ${gender}`;
    const group = groups.get(label) ?? { label, language, gender, items: [] };
    group.items.push(voice);
    groups.set(label, group);
  }
  const rank = (language: string) => (language === 'en-US' ? 0 : language.startsWith('en') ? 1 : 2);
  return [...groups.values()].sort(
    (a, b) =>
      rank(a.language) - rank(b.language) ||
      nameLanguage(a.language).localeCompare(nameLanguage(b.language)) ||
      a.gender.localeCompare(b.gender),
  );
}

/** Whether every word of `query` occurs in what the voice is known by. */
export function matchesVoice(voice: Voice, query: string): boolean {
  const known = `${voice.name} ${voice.id} ${voice.language} ${describeVoice(voice)}`.toLowerCase();
  const words = known.split(/[\s,_]+/);
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((part) => words.some((word) => word.startsWith(part)) || known.includes(` ${part}`));
}
