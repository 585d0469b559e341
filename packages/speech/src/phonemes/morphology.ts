import type { Locale } from '../normalise/index.ts';

/** Gives the phonemes of a stem, or undefined when no dictionary knows it. */
type StemLookup = (stem: string) => string | undefined;

// Behind these an American t is flapped before a vowel ("waiting", "started").
const flapsBehind = new Set('AIOWYiuæɑəɛɪɹʊʌ');

/** -s of plurals, verbs and possessives, by the last sound of the stem. */
export function addS(stem: string, locale: Locale): string {
  const last = stem.at(-1) ?? '';
  if ('ptkfθ'.includes(last)) return `${stem}s`;
  if ('szʃʒʧʤ'.includes(last)) return `${stem}${locale === 'en-GB' ? 'ɪ' : 'ᵻ'}z`;
  return `${stem}z`;
}

/** -ed by the last sound of the stem. */
function addEd(stem: string, locale: Locale): string {
  const last = stem.at(-1) ?? '';
  if ('pkfθʃsʧ'.includes(last)) return `${stem}t`;
  if (last === 'd') return `${stem}${locale === 'en-GB' ? 'ɪ' : 'ᵻ'}d`;
  if (last !== 't') return `${stem}d`;
  return locale === 'en-GB' ? `${stem}ɪd` : `${flapFinalT(stem, locale)}ᵻd`;
}

const addIng = (stem: string, locale: Locale, spelling: string): string =>
  `${openFinal(stem, locale, spelling)}ɪŋ`;

function flapFinalT(stem: string, locale: Locale): string {
  const flaps = locale === 'en-US' && stem.endsWith('t') && flapsBehind.has(stem.at(-2) ?? '');
  return flaps ? `${stem.slice(0, -1)}ɾ` : stem;
}

/** The end of a stem before a vowel: American t flaps, British r comes back ("star", "starring"). */
function openFinal(stem: string, locale: Locale, spelling: string): string {
  const silentR = locale === 'en-GB' && /re?$/.test(spelling) && /[əːɛ]$/.test(stem);
  return silentR ? `${stem}ɹ` : flapFinalT(stem, locale);
}

interface Ending {
  written: string;
  /** Spellings of the stem to try, likeliest first. */
  stems: (rest: string) => string[];
  say: (stem: string, locale: Locale, spelling: string) => string;
}

const doubled = /([bcdgklmnprstvxz])\1$/;
const asWritten = (rest: string): string[] => [rest];
const bareVowelAndConsonant = /[^aeiou][aeiou][bcdgklmnprstvz]$/;
const softens = /(^|[^cgsvz])[cgsvz]$/;
const withSilentE = (rest: string): string[] => {
  if (bareVowelAndConsonant.test(rest) || softens.test(rest)) return [`${rest}e`, rest];
  const single = doubled.test(rest) || rest.endsWith('ck') ? [rest.slice(0, -1)] : [];
  return [rest, ...single, `${rest}e`];
};
const withY = (rest: string): string[] => (rest.endsWith('i') ? [`${rest.slice(0, -1)}y`] : [rest]);

const endings: readonly Ending[] = [
  { written: "'s", stems: asWritten, say: addS },
  { written: "s'", stems: (rest) => [`${rest}s`, rest], say: (stem) => stem },
  { written: "'ll", stems: asWritten, say: (stem) => `${stem}əl` },
  { written: "'ve", stems: asWritten, say: (stem) => `${stem}əv` },
  { written: "'re", stems: asWritten, say: (stem, locale) => `${stem}ə${r(locale)}` },
  {
    written: "'d",
    stems: asWritten,
    say: (stem) => (/[td]$/.test(stem) ? `${stem}əd` : `${stem}d`),
  },
  { written: "n't", stems: asWritten, say: (stem) => `${stem}ᵊnt` },
  { written: "'", stems: asWritten, say: (stem) => stem },
  { written: 'ies', stems: (rest) => [`${rest}y`], say: addS },
  {
    written: 'es',
    stems: (rest) => [`${rest}e`, ...(/([sxzo]|[cs]h)$/.test(rest) ? [rest] : [])],
    say: addS,
  },
  { written: 's', stems: (rest) => (/[s'iu]$/.test(rest) ? [] : [rest]), say: addS },
  { written: 'ied', stems: (rest) => [`${rest}y`], say: addEd },
  { written: 'ed', stems: withSilentE, say: addEd },
  { written: 'ing', stems: withSilentE, say: addIng },
  {
    written: "in'",
    stems: withSilentE,
    say: (stem, locale, spelling) => `${openFinal(stem, locale, spelling)}ɪn`,
  },
  {
    written: 'ally',
    stems: (rest) => (rest.endsWith('ic') ? [rest] : []),
    say: (stem) => `${stem}li`,
  },
  {
    written: 'ly',
    stems: withY,
    say: (stem) => `${stem.replace(/ᵊ?l$/, (end) => end.slice(0, -1))}li`,
  },
  {
    written: 'ness',
    stems: withY,
    say: (stem, locale) => `${stem}n${locale === 'en-GB' ? 'ɪ' : 'ə'}s`,
  },
  {
    written: 'less',
    stems: withY,
    say: (stem, locale) => `${stem}l${locale === 'en-GB' ? 'ɪ' : 'ə'}s`,
  },
  { written: 'ful', stems: withY, say: (stem) => `${stem}fᵊl` },
  { written: 'ship', stems: asWritten, say: (stem) => `${stem}ʃˌɪp` },
  { written: 'hood', stems: asWritten, say: (stem) => `${stem}hˌʊd` },
  { written: 'like', stems: asWritten, say: (stem) => `${stem}lˌIk` },
  { written: 'wise', stems: asWritten, say: (stem) => `${stem}wˌIz` },
  {
    written: 'able',
    stems: withSilentE,
    say: (stem, locale, spelling) => `${openFinal(stem, locale, spelling)}əbᵊl`,
  },
  {
    written: 'ish',
    stems: withSilentE,
    say: (stem, locale, spelling) => `${openFinal(stem, locale, spelling)}ɪʃ`,
  },
  {
    written: 'er',
    stems: withSilentE,
    say: (stem, locale, spelling) => `${openFinal(stem, locale, spelling)}ə${r(locale)}`,
  },
  {
    written: 'est',
    stems: withSilentE,
    say: (stem, locale, spelling) => `${openFinal(stem, locale, spelling)}ɪst`,
  },
  {
    written: 'y',
    stems: (rest) => (rest.length > 2 ? withSilentE(rest) : []),
    say: (stem, locale, spelling) => `${openFinal(stem, locale, spelling)}i`,
  },
  {
    written: 'ier',
    stems: (rest) => [`${rest}y`],
    say: (stem, locale) => `${stem}ə${r(locale)}`,
  },
  { written: 'iest', stems: (rest) => [`${rest}y`], say: (stem) => `${stem}ɪst` },
];

const r = (locale: Locale): string => (locale === 'en-US' ? 'ɹ' : '');

const prefixes: Record<Locale, Readonly<Record<string, string>>> = {
  'en-US': {
    anti: 'ˌæntI',
    auto: 'ˌɔɾO',
    bio: 'ˌbIO',
    co: 'kˌO',
    counter: 'kˌWntəɹ',
    cyber: 'sˌIbəɹ',
    de: 'dˌi',
    dis: 'dˌɪs',
    eco: 'ˌikO',
    hyper: 'hˌIpəɹ',
    inter: 'ˌɪntəɹ',
    mega: 'mˌɛɡə',
    meta: 'mˌɛɾə',
    micro: 'mˌIkɹO',
    mid: 'mˌɪd',
    mini: 'mˌɪni',
    mis: 'mˌɪs',
    multi: 'mˌʌlti',
    nano: 'nˌænO',
    neo: 'nˌiO',
    non: 'nˌɑn',
    out: 'ˌWt',
    over: 'ˌOvəɹ',
    post: 'pˌOst',
    pre: 'pɹˌi',
    pseudo: 'sˌudO',
    re: 'ɹˌi',
    semi: 'sˌɛmI',
    sub: 'sˌʌb',
    super: 'sˌupəɹ',
    tele: 'tˌɛlə',
    trans: 'tɹˌænz',
    ultra: 'ˌʌltɹə',
    un: 'ˌʌn',
    under: 'ˌʌndəɹ',
  },
  'en-GB': {
    anti: 'ˌanti',
    auto: 'ˌɔːtQ',
    bio: 'bˌIQ',
    co: 'kˌQ',
    counter: 'kˌWntə',
    cyber: 'sˌIbə',
    de: 'dˌiː',
    dis: 'dˌɪs',
    eco: 'ˌiːkQ',
    hyper: 'hˌIpə',
    inter: 'ˌɪntə',
    mega: 'mˌɛɡə',
    meta: 'mˌɛtə',
    micro: 'mˌIkɹQ',
    mid: 'mˌɪd',
    mini: 'mˌɪni',
    mis: 'mˌɪs',
    multi: 'mˌʌlti',
    nano: 'nˌanQ',
    neo: 'nˌiːQ',
    non: 'nˌɒn',
    out: 'ˌWt',
    over: 'ˌQvə',
    post: 'pˌQst',
    pre: 'pɹˌiː',
    pseudo: 'sjˌuːdQ',
    re: 'ɹˌiː',
    semi: 'sˌɛmi',
    sub: 'sˌʌb',
    super: 'sˌuːpə',
    tele: 'tˌɛlɪ',
    trans: 'tɹˌanz',
    ultra: 'ˌʌltɹə',
    un: 'ˌʌn',
    under: 'ˌʌndə',
  },
};

/** The shortest stem that an ending or a prefix may be cut from. */
const shortestStem = 2;
const shortestPrefixedStem = 4;

/** A known word with a regular ending ("Googled", "Zoë's", "bookish"), or undefined. */
export function sayWithEnding(word: string, locale: Locale, find: StemLookup): string | undefined {
  for (const ending of endings) {
    const rest = word.slice(0, -ending.written.length);
    if (rest.length < shortestStem || !word.toLowerCase().endsWith(ending.written)) continue;
    for (const spelling of ending.stems(rest)) {
      const stem = find(spelling);
      if (stem) return ending.say(stem, locale, spelling);
    }
  }
  return undefined;
}

/** A known word behind a regular prefix ("unfollow", "microservice"), or undefined. */
export function sayWithPrefix(word: string, locale: Locale, find: StemLookup): string | undefined {
  const lower = word.toLowerCase();
  for (const [written, said] of Object.entries(prefixes[locale])) {
    const rest = lower.slice(written.length);
    if (rest.length < shortestPrefixedStem || !lower.startsWith(written)) continue;
    const stem = find(rest);
    if (stem) return said + stem;
  }
  return undefined;
}
