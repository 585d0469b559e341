import { isCounted } from './counted-nouns.ts';
import { type Match, type Matcher, matchAt, previousWord, type Scan, type Token } from './scan.ts';
import { verbaliseDigits, verbaliseInteger } from './verbalise-number.ts';

const END = String.raw`(?![\p{L}\d]|[-–.]\d)`;
const INTERNATIONAL = new RegExp(String.raw`\+\d{1,3}(?:[ .-]?\(?\d{1,5}\)?){2,6}${END}`, 'uy');
const AMERICAN = new RegExp(
  String.raw`(?:1[ .-]?)?(?:\(\d{3}\) ?|\d{3}[-. ])\d{3}[-. ]\d{4}${END}`,
  'uy',
);
const BRITISH = new RegExp(
  String.raw`(?:\(0\d{2,4}\) ?\d{3,4} ?\d{3,4}|0\d{2,4} \d{3,4} \d{3,4}|0\d{4} \d{5,6}|0[12378]\d{8,9})${END}`,
  'uy',
);
const LOCAL = new RegExp(String.raw`\d{3}-\d{4}${END}`, 'uy');
const VANITY = /1?[- ]?(8(?:00|33|44|55|66|77|88))[- ](\d{3})[- ]([A-Z]{4})(?![\p{L}\d])/uy;
/** Ten digits that are hardly a count: "5551234567". */
const UNGROUPED = new RegExp(String.raw`[2-9]\d{5}(?!0000)\d{4}${END}(?![.,]\d| ?%)`, 'uy');
const SOCIAL_SECURITY = new RegExp(String.raw`\d{3}-\d{2}-\d{4}${END}`, 'uy');
const SORT_CODE = new RegExp(String.raw`\d{2}-\d{2}-\d{2}${END}`, 'uy');
/** In groups, behind "call". */
const GROUPED = new RegExp(String.raw`\d{2,5}(?:[ -]\d{2,4}){1,4}${END}`, 'uy');
const SHORT_NUMBER = new RegExp(String.raw`\d{3,6}${END}`, 'uy');
const TOLL_FREE_NAME = /1?[- ]?(8(?:00|33|44|55|66|77|88))[- ]([A-Z]{3,8})(?![\p{L}\d])/uy;
const CARD = new RegExp(String.raw`\d{4}([ -])\d{4}\1\d{4}\1\d{4}${END}`, 'uy');
const EMERGENCY = new RegExp(`(?:911|999|112|101|111|411|311|988)${END}`, 'uy');
const CALL =
  /^(?:call|calls|called|calling|dial|dialled|dialed|dialling|dialing|phone|ring|text)$/i;
const COUNTRY_END = /\+\d{1,3}/y;

/** (555) 123-4567, +44 20 7946 0958, 020 7946 0958, 1-800-555-1234, 555-1234; card numbers. */
export const matchPhone: Matcher = (scan, at) => {
  if (CALL.test(previousWord(scan, at))) {
    const emergency = matchAt(EMERGENCY, scan, at);
    const called = emergency ?? matchAt(GROUPED, scan, at);
    if (called !== null) return sayDigitGroups(scan, at, called[0]);
  }
  const named = matchAt(TOLL_FREE_NAME, scan, at);
  if (named !== null) return sayTollFree(scan, at, named);
  const vanity = matchAt(VANITY, scan, at);
  if (vanity !== null) return sayVanity(scan, at, vanity);
  if (/^dial(?:l?ing|l?ed)?$/i.test(previousWord(scan, at))) {
    const short = matchAt(SHORT_NUMBER, scan, at);
    if (short !== null) return sayDigitGroups(scan, at, short[0]);
  }
  if (/sort code:? (?:is )?$/i.test(scan.text.slice(Math.max(0, at - 16), at))) {
    const code = matchAt(SORT_CODE, scan, at);
    if (code !== null) return sayDigitGroups(scan, at, code[0]);
  }
  const whole = matchAt(UNGROUPED, scan, at);
  if (whole !== null && !isCounted(scan, at + whole[0].length)) {
    return { end: at + whole[0].length, tokens: sayTen(scan, at, whole[0]) };
  }
  for (const pattern of [CARD, INTERNATIONAL, AMERICAN, BRITISH, SOCIAL_SECURITY]) {
    const match = matchAt(pattern, scan, at);
    if (match !== null && match[0].replaceAll(/\D/g, '').length > 6) {
      return sayDigitGroups(scan, at, match[0]);
    }
  }
  const local = matchAt(LOCAL, scan, at);
  if (local !== null && !looksLikeYears(local[0])) return sayDigitGroups(scan, at, local[0]);
  return undefined;
};

function looksLikeYears(written: string): boolean {
  return /-(?:1[5-9]|20)\d\d$/.test(written) && !/^[2-9]\d\d-/.test(written);
}

function zero(scan: Scan): string {
  return scan.locale === 'en-GB' ? 'oh' : 'zero';
}

/** One token a group with a pause behind each; a leading "(" belongs to its group. */
export function sayDigitGroups(scan: Scan, at: number, written: string): Match {
  const tokens: Token[] = [];
  const country = matchAt(COUNTRY_END, scan, at)?.[0].length ?? 0;
  const group = /[+(]?\d{1,12}\)?/g;
  for (const match of written.matchAll(group)) {
    const separated = /[-.]/.test(written.charAt(match.index - 1));
    const start = at + match.index - (separated ? 1 : 0);
    const isCountry = match.index < country;
    const digits = match[0].replaceAll(/\D/g, '');
    const spoken = sayGroup(scan, digits);
    tokens.push({
      start,
      end: at + match.index + match[0].length,
      spoken: isCountry ? `plus ${spoken}` : spoken,
      pauseAfter: true,
    });
  }
  const last = tokens.at(-1);
  if (last !== undefined) delete last.pauseAfter;
  return { end: at + written.length, tokens };
}

function sayGroup(scan: Scan, digits: string): string {
  if (/^[1-9]00$/.test(digits)) return verbaliseInteger(digits, scan.locale);
  return verbaliseDigits(digits, zero(scan));
}

function sayTen(scan: Scan, at: number, digits: string): Token[] {
  const cuts: [number, number][] = [
    [0, 3],
    [3, 6],
    [6, 10],
  ];
  return cuts.map(([from, to]) => ({
    start: at + from,
    end: at + to,
    spoken: sayGroup(scan, digits.slice(from, to)),
    ...(to < digits.length ? { pauseAfter: true as const } : {}),
  }));
}

/** "1-888-555-HELP". */
function sayVanity(scan: Scan, at: number, match: RegExpExecArray): Match {
  const [written, prefix, exchange, name] = match;
  const end = at + written.length;
  const nameStart = end - name.length;
  const exchangeStart = nameStart - exchange.length - 1;
  const one = written.startsWith('1') ? 'one ' : '';
  return {
    end,
    tokens: [
      { start: at, end: exchangeStart - 1, spoken: one + sayGroup(scan, prefix), pauseAfter: true },
      {
        start: exchangeStart,
        end: nameStart - 1,
        spoken: sayGroup(scan, exchange),
        pauseAfter: true,
      },
      { start: nameStart, end, spoken: name.toLowerCase() },
    ],
  };
}

function sayTollFree(scan: Scan, at: number, match: RegExpExecArray): Match {
  const [written, prefix, name] = match;
  const end = at + written.length;
  const one = written.startsWith('1') ? 'one ' : '';
  const head = one + sayGroup(scan, prefix);
  const headEnd = end - name.length - 1;
  return {
    end,
    tokens: [
      { start: at, end: headEnd, spoken: head, pauseAfter: true },
      { start: end - name.length, end, spoken: name.toLowerCase() },
    ],
  };
}
