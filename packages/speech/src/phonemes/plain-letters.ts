import anyAscii from 'any-ascii';

/**
 * A word in the letters a–z with apostrophes and hyphens: accents fall away ("naïve", "Łódź"),
 * other scripts are transliterated ("Москва" → "Moskva"), everything else is dropped.
 */
export function toPlainLetters(word: string): string {
  const straight = word.replaceAll('’', "'").replaceAll('‘', "'");
  if (/^[A-Za-z'-]+$/.test(straight)) return trim(straight);
  const letters = straight.normalize('NFKC').replace(/[^\p{L}\p{M}'-]/gu, '');
  return trim(anyAscii(letters).replace(/[^A-Za-z'-]/g, ''));
}

/** Letters of other Latin alphabets by the English spelling of their sound. */
const respelled: readonly (readonly [RegExp, string])[] = [
  [/cée?(?=s?$)/, 'say'],
  [/gée?(?=s?$)/, 'jay'],
  [/quée?(?=s?$)/, 'kay'],
  [/ée?(?=s?$)/, 'ay'],
  [/[šş]/g, 'sh'],
  [/[čć]/g, 'ch'],
  [/ž/g, 'zh'],
  [/ç/g, 's'],
  [/ñ/g, 'ny'],
  [/ł/g, 'w'],
];

/** How an accented word without an entry would be spelled in English ("Beyoncé" as "beyonsay"). */
export function respellAccents(word: string): string {
  const composed = word.toLowerCase().normalize('NFC');
  return toPlainLetters(
    respelled.reduce((text, [letters, english]) => text.replace(letters, english), composed),
  );
}

const trim = (word: string): string => (/[a-z]/i.test(word) ? word.replace(/^-+|-+$/g, '') : '');
