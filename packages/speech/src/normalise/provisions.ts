import { romanValue } from './roman.ts';
import { type Match, type Matcher, matchAt, previousWord, type Scan, type Token } from './scan.ts';
import { verbaliseCode, verbaliseInteger } from './verbalise-number.ts';

const PROVISION =
  /(\d{1,4})([A-Z])?((?:\((?:\d{1,3}|[a-z]{1,2}|[ivx]{1,5}|[A-Z])\)){1,6})(?![\p{L}\d(])/uy;
const LEVEL = /\((\w{1,5})\)/g;
const NAMED =
  /^(?:§§?|ss?\.?|[Ss]ections?|[Aa]rt\.|[Aa]rticles?|[Rr]ules?|[Rr]eg\.|[Rr]egulations?|[Cc]lauses?|[Pp]aras?\.?|[Pp]aragraphs?|[Ss]ubsections?|[Ss]chedules?|[Uu]nder|[Ss]ec\.)$/;

/** "§ 12(3)(a)", "401(k)", "Art. 5(1)(f)": a provision and its parts, without the brackets. */
export const matchProvision: Matcher = (scan, at) => {
  const match = matchAt(PROVISION, scan, at);
  if (match === null) return undefined;
  const [written, number, suffix = '', brackets] = match;
  const levels = Array.from(brackets.matchAll(LEVEL), ([, level]) => level);
  const lone = levels.length === 1 && /^\d/.test(levels[0]);
  const named = NAMED.test(previousWord(scan, at));
  if (lone && !named) return undefined;
  if (levels.length === 1 && number.length < 3 && !named) return undefined;
  const isCount = named && number.length < 4;
  const head = (isCount ? verbaliseInteger : verbaliseCode)(number, scan.locale);
  return sayProvision(scan, at, written, suffix === '' ? head : `${head} ${suffix}`, levels);
};

function sayProvision(
  scan: Scan,
  at: number,
  written: string,
  head: string,
  levels: readonly string[],
): Match {
  const spoken = levels.map((level, index) => sayLevel(scan, level, levels[index - 1]));
  const token: Token = {
    start: at,
    end: at + written.length,
    spoken: [head, ...spoken].join(' '),
    letters: true,
  };
  return { end: token.end, tokens: [token] };
}

/** Below a letter, "(i)" and "(v)" are numerals; elsewhere only what is longer. */
function sayLevel({ locale }: Scan, level: string, above: string | undefined): string {
  if (/^\d/.test(level)) return verbaliseInteger(level, locale);
  const isNumeral = /^[ivx]+$/.test(level) && (level.length > 1 || /^[a-z]/.test(above ?? ''));
  if (!isNumeral) return Array.from(level.toUpperCase()).join(' ');
  return verbaliseInteger(String(romanValue(level.toUpperCase())), locale);
}
