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

const trim = (word: string): string => (/[a-z]/i.test(word) ? word.replace(/^-+|-+$/g, '') : '');
