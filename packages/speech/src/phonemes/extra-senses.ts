import type { Locale } from '../normalise/index.ts';
import type { Entry } from './dictionary.ts';

/** Heteronyms that the dictionaries know by one reading only, or by the rarer one. */
export const extraSenses: Record<Locale, Readonly<Record<string, Entry>>> = {
  'en-US': {
    lead: { DEFAULT: 'lˈid', METAL: 'lˈɛd' },
    leads: { DEFAULT: 'lˈidz', METAL: 'lˈɛdz' },
    row: { DEFAULT: 'ɹˈO', QUARREL: 'ɹˈW' },
    rows: { DEFAULT: 'ɹˈOz', QUARREL: 'ɹˈWz' },
    resume: { DEFAULT: 'ɹəzˈum', NOUN: 'ɹˈɛzəmˌA' },
    resumes: { DEFAULT: 'ɹəzˈumz', NOUN: 'ɹˈɛzəmˌAz' },
    protest: { DEFAULT: 'pɹˈOtˌɛst', VERB: 'pɹətˈɛst' },
    aged: { DEFAULT: 'ˈAʤd', ADJ: 'ˈAʤɪd' },
    blessed: { DEFAULT: 'blˈɛst', ADJ: 'blˈɛsɪd' },
    bases: 'bˈAsᵻz',
    reading: { DEFAULT: 'ɹˈidɪŋ', PLACE: 'ɹˈɛdɪŋ' },
    nice: { DEFAULT: 'nˈIs', PLACE: 'nˈis' },
  },
  'en-GB': {
    lead: { DEFAULT: 'lˈiːd', METAL: 'lˈɛd' },
    leads: { DEFAULT: 'lˈiːdz', METAL: 'lˈɛdz' },
    row: { DEFAULT: 'ɹˈQ', QUARREL: 'ɹˈW' },
    rows: { DEFAULT: 'ɹˈQz', QUARREL: 'ɹˈWz' },
    resume: { DEFAULT: 'ɹɪzjˈuːm', NOUN: 'ɹˈɛzjʊmˌA' },
    resumes: { DEFAULT: 'ɹɪzjˈuːmz', NOUN: 'ɹˈɛzjʊmˌAz' },
    protest: { DEFAULT: 'pɹˈQtɛst', VERB: 'pɹətˈɛst' },
    aged: { DEFAULT: 'ˈAʤd', ADJ: 'ˈAʤɪd' },
    blessed: { DEFAULT: 'blˈɛst', ADJ: 'blˈɛsɪd' },
    bases: 'bˈAsɪz',
    reading: { DEFAULT: 'ɹˈiːdɪŋ', PLACE: 'ɹˈɛdɪŋ' },
    nice: { DEFAULT: 'nˈIs', PLACE: 'nˈiːs' },
  },
};
