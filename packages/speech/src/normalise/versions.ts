import {
  type Match,
  type Matcher,
  matchAt,
  previousWord,
  type Scan,
  sayToken,
  type Token,
} from './scan.ts';
import { verbaliseDigits, verbaliseInteger } from './verbalise-number.ts';

const ADDRESS =
  /((?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3})(?::(\d{1,5})|\/(\d{1,2}))?(?![\p{L}\d]|\.\d)/uy;
const VERSION =
  /([vV])?(\d{1,8}(?:\.\d{1,8}){0,5}(?:\.[xX](?![\p{L}\d]))?)(?:-?(alpha|beta|rc|dev|pre)[.-]?(\d{1,3})?)?(?![\p{L}\d]|[.,]\d)/uy;
const SOFTWARE =
  /^(?:version|versions|release|python|node|java|php|ruby|go|perl|kubernetes|postgres|postgresql|ubuntu|ios|android|macos|windows|typescript|react|vue|angular|django|rails|swift|kotlin|rust|gcc|clang|cuda|usb|bluetooth|http|tls|html|opengl|directx)$/i;
const LONG_NUMBER_PARTS = 4;

/** 192.168.0.1, 10.0.0.0/8, 127.0.0.1:8080: digit by digit. */
export const matchIpAddress: Matcher = (scan, at) => {
  const match = matchAt(ADDRESS, scan, at);
  if (match === null) return undefined;
  const [written, address, port, prefix] = match;
  if (isVersion(scan, at)) return undefined;
  const tokens: Token[] = [];
  let start = at;
  for (const [index, part] of address.split('.').entries()) {
    const end = start + part.length + (index > 0 ? 1 : 0);
    const digits = verbaliseDigits(part);
    tokens.push({ start, end, spoken: index > 0 ? `dot ${digits}` : digits });
    start = end;
  }
  const end = at + written.length;
  if (port !== undefined) tokens.push({ start, end, spoken: `colon ${verbaliseDigits(port)}` });
  if (prefix !== undefined) {
    tokens.push({ start, end, spoken: `slash ${verbaliseInteger(prefix, scan.locale)}` });
  }
  return { end, tokens };
};

function isVersion(scan: Scan, at: number): boolean {
  return SOFTWARE.test(previousWord(scan, at));
}

/** Standards of wireless networks: 802.11ac, 802.1X. */
const WIRELESS = /802\.(\d{1,2})(?:([a-z]{1,2}|X)|(?= Wi-?Fi))(?![\p{L}\d]|[.,]\d)/uy;

function matchWireless(scan: Scan, at: number): Match | undefined {
  const match = scan.text.startsWith('802.', at) ? matchAt(WIRELESS, scan, at) : null;
  if (match === null) return undefined;
  const [written, part, letters = ''] = match;
  const words = ['eight oh two dot', verbaliseInteger(part, scan.locale), ...letters.toUpperCase()];
  return sayToken(at, at + written.length, words.join(' '), { letters: true });
}

/** v2.0.1, 1.2.3-beta.1, "Python 3.12": dotted numbers that are not decimals. */
export const matchVersion: Matcher = (scan, at) => {
  const wireless = matchWireless(scan, at);
  if (wireless !== undefined) return wireless;
  const match = matchAt(VERSION, scan, at);
  if (match === null) return undefined;
  const [written, mark, numbers, stage, stageNumber] = match;
  const parts = numbers.split('.');
  const named = mark === 'v' || (mark === 'V' && parts.length > 1) || stage !== undefined;
  const open = /x$/i.test(numbers);
  if (!named && !open && parts.length < 3 && !(parts.length === 2 && isVersion(scan, at)))
    return undefined;
  return sayVersion(scan, at, written, mark !== undefined, parts, stage, stageNumber);
};

function sayVersion(
  scan: Scan,
  at: number,
  written: string,
  marked: boolean,
  parts: string[],
  stage: string | undefined,
  stageNumber: string | undefined,
): Match {
  const numbers = parts.map((part) =>
    /x/i.test(part)
      ? 'X'
      : part.length > LONG_NUMBER_PARTS
        ? verbaliseDigits(part)
        : verbaliseInteger(part, scan.locale),
  );
  const words = [numbers.join(' point ')];
  if (marked && !/^versions?$/i.test(previousWord(scan, at))) words.unshift('version');
  if (stage !== undefined) words.push(stageWords(stage));
  if (stageNumber !== undefined) words.push(verbaliseInteger(stageNumber, scan.locale));
  const token: Token = { start: at, end: at + written.length, spoken: words.join(' ') };
  if (stage === 'rc' || parts.includes('x') || parts.includes('X')) token.letters = true;
  return { end: token.end, tokens: [token] };
}

function stageWords(stage: string): string {
  return stage === 'rc' ? 'R C' : stage;
}
