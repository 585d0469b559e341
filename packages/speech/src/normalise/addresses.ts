import { type Match, type Matcher, matchAt, type Scan, type Token } from './scan.ts';
import { verbaliseAlphanumeric } from './verbalise-letters.ts';
import { verbaliseDigits } from './verbalise-number.ts';

const TOP_LEVEL =
  'com|org|net|edu|gov|mil|int|info|biz|io|ai|co|dev|app|me|tv|uk|us|ca|de|fr|es|it|nl|be|ch|at|au|nz|jp|cn|in|ie|se|no|dk|fi|pl|pt|ru|br|mx|eu|xyz|online|site|shop|blog|cloud|tech|gg|ly|to|fm|so|sh|museum|travel|jobs|pro|name';
const EXTENSIONS =
  'md|txt|js|mjs|cjs|jsx|ts|tsx|json|jsonl|html?|css|scss|py|rb|rs|go|java|kt|swift|c|h|cpp|hpp|cs|php|sh|bash|zsh|bat|ps1|sql|xml|ya?ml|toml|ini|cfg|conf|env|lock|log|csv|tsv|pdf|docx?|xlsx?|pptx?|odt|rtf|png|jpe?g|gif|svg|webp|ico|bmp|tiff?|mp3|mp4|wav|ogg|flac|aac|m4a|mov|avi|mkv|webm|zip|tar|gz|tgz|bz2|xz|7z|rar|exe|dll|dmg|iso|apk|deb|rpm|bin|onnx|wasm|vue|svelte|ipynb|epub|srt';

const EXTENSIONS_IN_CAPITALS = 'MD|TXT|PDF|JPG|PNG|CSV|DOCX?|XLSX?|ZIP|EXE|HTML?|MP3|MP4|WAV';

const URL = /(?:[a-z][a-z0-9+.-]{1,10}:\/\/|www\.(?=[\p{L}\d]))[^\s<>"“”\u2028\u2029]{1,2000}/iuy;
const EMAIL =
  /(?:mailto:)?[\p{L}\d._%+-]{1,64}@[\p{L}\d](?:[\p{L}\d-]{0,62}\.){1,8}\p{L}{2,24}(?![\p{L}\d])/uy;
const DOMAIN = new RegExp(
  String.raw`[\p{L}\d](?:[\p{L}\d-]{0,62}\.(?=[\p{L}\d])){1,6}(?:${TOP_LEVEL})(?::\d{2,5})?(?:\/[^\s<>"“”\u2028\u2029]{0,1000}|(?![\p{L}\d-]|\.[\p{L}\d]))`,
  'uy',
);
const FILE = new RegExp(
  String.raw`(?:[\p{L}\d_-]{1,64}\.){1,4}(?:${EXTENSIONS}|${EXTENSIONS_IN_CAPITALS})(?![\p{L}\d_-]|\.[\p{L}\d])`,
  'uy',
);
const DOT_FILE =
  /\.(?=\p{L})(?:net|env|gitignore|npmrc|bashrc|zshrc|dockerignore|editorconfig|NET|git|ssh|vscode)(?![\p{L}\d])/uy;
const PATH =
  /(?:~|\.{1,2}|[A-Za-z]:(?=\\))?(?:[/\\][\p{L}\d_.@-]{1,128}){1,40}[/\\]?|[\p{L}\d_.-]{1,64}(?:\/[\p{L}\d_.-]{1,64}){1,20}\.[\p{L}\d]{1,5}(?![\p{L}\d])/uy;
const DOTTED_NAME = /[A-Za-z_$][\w$]{0,63}(?:\.[A-Za-z_$][\w$]{0,63}){1,8}(?=\()/y;
const SNAKE_NAME = /[\p{L}\d]{0,64}(?:_{1,3}[\p{L}\d]{1,64}){1,12}_?/uy;

const TRAILING_MARKS = /[.,;:!?'*_~]+$/;
const SEPARATORS = new Map([
  ['.', 'dot'],
  ['/', 'slash'],
  ['\\', 'backslash'],
  ['-', 'dash'],
  ['_', 'underscore'],
  ['?', 'question mark'],
  ['=', 'equals'],
  ['&', 'and'],
  ['#', 'hash'],
  ['%', 'percent'],
  [':', 'colon'],
  ['@', 'at'],
  ['+', 'plus'],
  ['~', 'tilde'],
  [',', 'comma'],
  ['$', 'dollar'],
  ['!', 'exclamation mark'],
  ['*', 'star'],
  [';', 'semicolon'],
]);
const MANY_SEPARATORS = 30;

/** https://example.com/a?b=1, www.example.org, foo@bar.co.uk, example.com, README.md, /usr/bin. */
export const matchAddress: Matcher = (scan, at) =>
  matchUrl(scan, at) ?? matchEmail(scan, at) ?? matchPath(scan, at) ?? matchNames(scan, at);

function matchUrl(scan: Scan, at: number): Match | undefined {
  const match = matchAt(URL, scan, at) ?? matchAt(DOMAIN, scan, at);
  if (match === null) return undefined;
  const written = withoutTrailingMarks(match[0]);
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(written)?.[0].length ?? 0;
  if (written.length === scheme) return undefined;
  const end = at + written.length;
  return { end, tokens: saySegments(scan, at, at + scheme, end) };
}

/** Marks behind an address end the sentence around it; so does a bracket that it did not open. */
function withoutTrailingMarks(written: string): string {
  let address = written.replace(TRAILING_MARKS, '');
  while (/[)\]}]$/.test(address) && !/[([{]/.test(address)) {
    address = address.slice(0, -1).replace(TRAILING_MARKS, '');
  }
  return address;
}

function matchEmail(scan: Scan, at: number): Match | undefined {
  const match = matchAt(EMAIL, scan, at);
  if (match === null) return undefined;
  const end = at + match[0].length;
  const scheme = match[0].startsWith('mailto:') ? 7 : 0;
  return { end, tokens: saySegments(scan, at, at + scheme, end) };
}

const STARTS_PATH = /[\s("'“`=:]|^$/;

function matchPath(scan: Scan, at: number): Match | undefined {
  const before = scan.text.charAt(at - 1);
  const match = matchAt(PATH, scan, at);
  if (match === null) return undefined;
  if (/^[/\\~.]/.test(match[0]) && !STARTS_PATH.test(before)) return undefined;
  const written = match[0].replace(/[.]+$/, '');
  if (!/\p{L}/u.test(written) || written.length < 3) return undefined;
  const end = at + written.length;
  return { end, tokens: saySegments(scan, at, at, end) };
}

function matchNames(scan: Scan, at: number): Match | undefined {
  for (const pattern of [FILE, DOT_FILE, DOTTED_NAME]) {
    const match = matchAt(pattern, scan, at);
    if (match === null) continue;
    const end = at + match[0].length;
    if (!/\p{L}/u.test(match[0])) continue;
    return { end, tokens: saySegments(scan, at, at, end) };
  }
  const snake = matchAt(SNAKE_NAME, scan, at);
  if (snake === null || !/[\p{L}\d]/u.test(snake[0])) return undefined;
  const end = at + snake[0].length;
  return { end, tokens: saySegments(scan, at, at, end, true) };
}

const SEGMENT = /([^\p{L}\p{M}\d]{0,64})([\p{L}\p{M}\d]{0,24})/uy;

/** One token a segment, each begun by the name of the mark in front of it. */
function saySegments(
  scan: Scan,
  start: number,
  bodyStart: number,
  end: number,
  silentMarks = false,
): Token[] {
  const tokens: Token[] = [];
  let separators = 0;
  for (let at = bodyStart; at < end; ) {
    const match = matchAt(SEGMENT, scan, at);
    if (match === null || match[0] === '') break;
    const marks = match[1].slice(0, end - at);
    const body = match[2].slice(0, Math.max(0, end - at - marks.length));
    const next = at + marks.length + body.length;
    const last = next >= end && body === '';
    if (!(last && /^[/_]?$/.test(marks))) {
      const names = Array.from(marks, (mark) => SEPARATORS.get(mark) ?? '').filter(Boolean);
      separators += names.length;
      // "/about-us"
      const isWord = body === 'us' && marks.endsWith('-');
      const said = isWord ? { spoken: body, letters: false } : saySegment(scan, body);
      const spoken = [
        ...(silentMarks || separators > MANY_SEPARATORS ? [] : names),
        ...(said.spoken === '' ? [] : [said.spoken]),
      ].join(' ');
      const first = tokens.length === 0;
      if (spoken !== '') {
        tokens.push({
          start: first ? start : at,
          end: next,
          spoken,
          ...(said.letters ? { letters: true } : {}),
        });
      }
    }
    at = next;
  }
  return tokens;
}

function saySegment(scan: Scan, body: string): { spoken: string; letters: boolean } {
  if (body === '') return { spoken: '', letters: false };
  if (/^\d+$/.test(body) && body.length > 4) {
    return { spoken: verbaliseDigits(body), letters: false };
  }
  if (/^www$/i.test(body)) return { spoken: 'W W W', letters: true };
  const twoLetters =
    /^(?:io|ai|uk|us|eu|de|fr|it|nl|au|nz|jp|cn|ie|se|pl|ru|br|mx|gg|ly|fm|md|ts|js|py|rb|go|id|ui|ux|api|url|exe|edu)$/i;
  if (twoLetters.test(body) && body !== 'go' && body !== 'it') {
    return { spoken: Array.from(body.toUpperCase()).join(' '), letters: true };
  }
  return verbaliseAlphanumeric(body, scan.locale);
}

const HASHTAG = /#([\p{L}\p{M}\d_]{1,100})/uy;
const HANDLE = /@([\p{L}\d_]{1,50}(?:\.[\p{L}\d_]{1,50}){0,3})/uy;

/** #ThrowbackThursday, @user_name; "#1" is "number one". */
export const matchTag: Matcher = (scan, at) => {
  if (/[\p{L}\d]/u.test(scan.text.charAt(at - 1))) return undefined;
  const hashtag = matchAt(HASHTAG, scan, at);
  if (hashtag !== null) {
    if (/^\d+$/.test(hashtag[1])) {
      return { end: at + 1, tokens: [{ start: at, end: at + 1, spoken: 'number' }] };
    }
    return sayTag(scan, at, at + hashtag[0].length, 'hashtag');
  }
  const handle = matchAt(HANDLE, scan, at);
  return handle === null ? undefined : sayTag(scan, at, at + handle[0].length, 'at');
};

function sayTag(scan: Scan, at: number, end: number, name: string): Match {
  const tokens = saySegments(scan, at + 1, at + 1, end, true);
  const [first, ...rest] = tokens;
  if (first === undefined) return { end, tokens: [{ start: at, end, spoken: name }] };
  return { end, tokens: [{ ...first, start: at, spoken: `${name} ${first.spoken}` }, ...rest] };
}
