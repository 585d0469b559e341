import { ACRONYMS, INITIALISMS, isPronounceable, SHORT_WORDS } from './letter-words.ts';
import type { Locale } from './spoken-word.ts';
import { verbaliseCode, verbaliseDigits, verbaliseInteger } from './verbalise-number.ts';

/** "usb" → "U S B". */
export function spellLetters(letters: string): string {
  return Array.from(letters.toUpperCase()).join(' ');
}

const LONGEST_SPELT = 8;

/** Whether capitals are said letter by letter (USB) rather than as a word (NASA, STOP). */
export function isSpelt(capitals: string, shouted: boolean): boolean {
  if (ACRONYMS.has(capitals)) return false;
  if (shouted && SHORT_WORDS.has(capitals.toLowerCase())) return false;
  if (INITIALISMS.has(capitals)) return true;
  if (SHORT_WORDS.has(capitals.toLowerCase())) return false;
  if (!/[AEIOUY]/.test(capitals)) return capitals.length <= LONGEST_SPELT;
  if (shouted) return false;
  if (capitals.length <= 3) return true;
  return capitals.length <= LONGEST_SPELT && !isPronounceable(capitals);
}

/** "STOP" is only "stop" said louder; a longer word may be a name. */
export function lowerCapitals(capitals: string): string {
  const lower = capitals.toLowerCase();
  return SHORT_WORDS.has(lower) ? lower : capitals.charAt(0) + lower.slice(1);
}

export interface SpokenLetters {
  spoken: string;
  letters: boolean;
}

/** How a run of letters within a name, path or model number is said: "js" → "J S", "Road" as it is. */
export function verbaliseLetterRun(run: string): SpokenLetters {
  if (/^readme$/i.test(run)) return { spoken: 'read me', letters: false };
  if (run.length === 1) return { spoken: run.toUpperCase(), letters: true };
  if (/^\p{Lu}+$/u.test(run)) {
    if (isSpelt(run, false)) return { spoken: spellLetters(run), letters: true };
    return { spoken: ACRONYMS.has(run) ? run : lowerCapitals(run), letters: false };
  }
  const ascii = /^[A-Za-z]+$/.test(run);
  const vowels = /[aeiouy]/i.test(run);
  if (ascii && !vowels && run.length <= 5) return { spoken: spellLetters(run), letters: true };
  return { spoken: run, letters: false };
}

/** Formulas of two elements: NaCl, HCl. */
const SALT = /^(?:Na|K|H|Ca|Mg|Ag|Li|Al|Cu|Zn|Pb)(?:Cl|Br|OH)$/;

/** Whose capitals do not say where their parts begin. */
const PARTS = new Map([
  ['YouTube', ['YouTube']],
  ['GeForce', ['GeForce']],
  ['SaaS', ['SaaS']],
  ['PaaS', ['PaaS']],
  ['IaaS', ['IaaS']],
  ['MiG', ['MiG']],
  ['CoV', ['Co', 'V']],
  ['PCIe', ['P', 'C', 'I', 'E']],
  ['NVMe', ['N', 'V', 'M', 'E']],
]);

/** Splits "getUserName" and "OpenAI" into their words. */
export function splitCamelCase(run: string): string[] {
  const parts = PARTS.get(run);
  if (parts !== undefined) return parts;
  if (/^\p{Lu}\p{Ll}\p{Lu}$/u.test(run) || SALT.test(run)) return Array.from(run.toUpperCase());
  if (!/\p{Ll}\p{Lu}|\p{Lu}{2}\p{Ll}/u.test(run)) return [run];
  return run.replaceAll(/(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/gu, ' ').split(' ');
}

const RUNS = /\p{L}[\p{L}\p{M}']*|\d+/gu;

/** Letters and digits that stand together: "MP3" → "M P three", "x86" → "X eighty-six". */
export function verbaliseAlphanumeric(written: string, locale: Locale): SpokenLetters {
  const runs = written.match(RUNS) ?? [];
  const jumbled = runs.length > 4 && written.length > 7;
  let letters = false;
  const words = runs.flatMap((run) => {
    if (/^\d/.test(run)) {
      if (jumbled) return [verbaliseDigits(run)];
      return [run.length > 2 ? verbaliseCode(run, locale) : verbaliseInteger(run, locale)];
    }
    if (jumbled) {
      letters = true;
      return [spellLetters(run.replaceAll("'", ''))];
    }
    return splitCamelCase(run).map((part) => {
      const said = verbaliseLetterRun(part);
      letters ||= said.letters;
      return said.spoken;
    });
  });
  return { spoken: words.join(' '), letters };
}
