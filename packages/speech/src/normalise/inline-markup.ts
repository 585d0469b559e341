import { type FoldedText, FoldedTextBuilder } from './fold-text.ts';

/** Words spoken of a link are its text; its address, title and brackets are silent. */
const LINK =
  /!?\[([^[\]]{0,500})\](?:\([^()\s]{0,2000}(?:\([^()\s]{0,200}\)[^()\s]{0,500})?(?: {1,4}"[^"]{0,300}")?\)|\[[^[\]]{1,100}\])/g;
const FOOTNOTE = /\[\^[\w-]{1,40}\]:?/g;
/** "as was shown.[1][2]": of the encyclopedia; "list[0] = 5" is code. */
const CITATION =
  /\[(?<=(?:\p{L}{3}|[.,;:!?”")\]])\[)[1-9]\d{0,2}(?:[,–-] ?\d{1,3}){0,5}\](?![\p{L}\d(]| ?[=+*/-])/gu;
const HTML_TAG =
  /<\/?(?:a|abbr|b|big|blockquote|body|br|center|code|dd|del|details|div|dl|dt|em|figure|font|footer|h[1-6]|header|hr|html|i|img|ins|kbd|li|mark|main|nav|ol|p|pre|q|s|section|small|span|strike|strong|sub|summary|sup|table|tbody|td|th|thead|tr|tt|u|ul)(?:[ /][^<>]{0,500})?>|<!--[^<>]{0,1000}-->/gi;
const AUTOLINK = /<(?:https?:\/\/|mailto:|[\w.+-]{1,64}@)[^<> ]{1,2000}>/g;
const EMOTICON = /(?<![^\s\u2028\u2029])[:;=][-'^o]?[)(DPp|/\\](?![\p{L}\d(])/gu;
const ESCAPE = /\\(?=[\\`*_{}[\]()#+.!|>~-])/g;
const ENTITIES = new Map([
  ['&amp;', '&'],
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&quot;', '"'],
  ['&#39;', "'"],
  ['&apos;', "'"],
  ['&nbsp;', ' '],
]);
const ENTITY = /&(?:amp|lt|gt|quot|#39|apos|nbsp);/g;
/** "2**10" and "x**2" in code, in front of an operand that ends no emphasis. */
const POWER = /(?<=[\d)]|(?<![\p{L}\d])\p{L})\*\*(?=\(|-?(?:\d{1,6}|\p{L})(?![\p{L}\d*]))/gu;
const EMPHASIS = /\*{1,3}|_{1,3}|~~|`{1,3}/g;

/** Takes away what is not speech within lines: emphasis, code spans, links, tags, escapes, emoticons. */
export function foldInlineMarkup(folded: FoldedText): FoldedText {
  const { text } = folded;
  if (!/[*_~`[<\\&:;=]/.test(text)) return folded;
  const silent = new Uint8Array(text.length);
  const replaced = new Map<number, string>();
  const silence = (from: number, to: number) => silent.fill(1, from, to);

  for (const match of text.matchAll(LINK)) {
    const bracket = match.index + match[0].indexOf('[');
    silence(match.index, bracket + 1);
    silence(bracket + 1 + match[1].length, match.index + match[0].length);
  }
  for (const match of text.matchAll(AUTOLINK)) {
    silence(match.index, match.index + 1);
    silence(match.index + match[0].length - 1, match.index + match[0].length);
  }
  for (const pattern of [FOOTNOTE, CITATION, HTML_TAG, EMOTICON, ESCAPE]) {
    for (const match of text.matchAll(pattern)) {
      silence(match.index, match.index + match[0].length);
      if (pattern === HTML_TAG) replaced.set(match.index, ' ');
    }
  }
  for (const match of text.matchAll(ENTITY)) {
    silence(match.index, match.index + match[0].length);
    replaced.set(match.index, ENTITIES.get(match[0]) ?? ' ');
  }
  for (const at of findPowers(text)) {
    silence(at, at + 2);
    replaced.set(at, '^');
  }
  for (const match of text.matchAll(EMPHASIS)) {
    const end = match.index + match[0].length;
    if (match[0] === '*' && isSpokenStar(text, match.index)) continue;
    if (isEmphasis(match[0], text.charAt(match.index - 1), text.charAt(end))) {
      silence(match.index, end);
    }
  }
  const builder = new FoldedTextBuilder(text.length);
  for (let at = 0; at < text.length; at++) {
    const replacement = replaced.get(at) ?? (silent[at] === 1 ? '' : text.charAt(at));
    builder.add(replacement, folded.starts[at], folded.ends[at]);
  }
  return builder.build();
}

/** Where two stars mean "to the power of": not where they may end what others in their line began. */
function findPowers(text: string): number[] {
  const powers = new Set(Array.from(text.matchAll(POWER), ({ index }) => index));
  let isStrong = false;
  return Array.from(text.matchAll(/\*\*|\n/g)).flatMap(({ 0: mark, index }) => {
    if (mark === '\n') isStrong = false;
    else if (!isStrong && powers.has(index)) return [index];
    else isStrong = !isStrong;
    return [];
  });
}

const GRADE = /(?<![\p{L}\d*])A\*/gu;
const CODE_BEHIND = /\*\d{1,3}(?![\d*])/y;

/** "an A* in maths", unless it ends an emphasis; "dial *67", "press *1". */
function isSpokenStar(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - 80), at);
  if (/\b(?:[Dd]ial|[Pp]ress) $/.test(before)) {
    CODE_BEHIND.lastIndex = at;
    return CODE_BEHIND.test(text);
  }
  if (!/(?:^|[^\p{L}\d*])A$/u.test(before) || /[\p{L}\d*]/u.test(text.charAt(at + 1))) return false;
  return !before.replaceAll(GRADE, '').includes('*');
}

/** Emphasis touches a word on one side; an asterisk between operands and an underscore in a name do not. */
function isEmphasis(mark: string, before: string, after: string): boolean {
  if (mark.startsWith('`')) return true;
  if (mark === '*' && after === '=') return false;
  const touchesBefore = /\S/.test(before);
  const touchesAfter = /\S/.test(after);
  if (!touchesBefore && !touchesAfter) return false;
  const inside = /[\p{L}\p{N})]/u.test(before) && /[\p{L}\p{N}(]/u.test(after);
  if (!inside) return true;
  return mark.startsWith('*') && mark.length > 1;
}
