import { type FoldedText, FoldedTextBuilder } from './fold-text.ts';

/** Stands in the prepared text where a paragraph, heading, list item or table row ends. */
export const PARAGRAPH = '\u2029';
/** Stands where a line ends that was broken on purpose. */
export const LINE = '\u2028';

interface Line {
  start: number;
  end: number;
  text: string;
}

const FENCE = /^ {0,3}(?:`{3,}|~{3,})/;
const RULE = /^ {0,3}(?:[-*_=] *){3,}$/;
const HEADING = /^ {0,3}#{1,6} +/;
const QUOTE = /^ {0,3}(?:>(?![=\d-]) ?){1,20}/;
const BULLET = /^ {0,12}[-*+•◦▪‣●○·–] +(?:\[[ xX]\] +)?/;
const NUMBERED = /^ {0,12}(?:\d{1,3}[.)]|(?:[a-z]|[ivx]{2,4})\))(?= )/;
/** Where a line begins with "ii.", one with "i." or "v." is numbered as well. */
const NUMBERED_ROMAN = new RegExp(String.raw`${NUMBERED.source}|^ {0,12}[ivx]{1,5}\.(?= )`);
const SECOND_ROMAN = /^ {0,12}ii\. /m;
const DEFINITION = /^ {0,3}\[[^\]]{1,200}\]: +\S{1,2000} *$/;
/** Lines wrapped by an editor are about this long at least; a shorter one was broken on purpose. */
const WRAP_COLUMN = 60;

/**
 * Takes away Markdown's line markup (headings, lists, quotes, fences, rules, tables) and turns
 * every line end into a space, LINE or PARAGRAPH.
 */
export function foldBlocks(folded: FoldedText): FoldedText {
  const lines = splitLines(folded.text);
  const numbered = SECOND_ROMAN.test(folded.text) ? NUMBERED_ROMAN : NUMBERED;
  const builder = new FoldedTextBuilder(folded.text.length + 2);
  const copy = (from: number, to: number) => {
    for (let at = from; at < to; at++) {
      builder.add(folded.text.charAt(at), folded.starts[at], folded.ends[at]);
    }
  };
  const replace = (text: string, at: number) => {
    if (at < folded.text.length) builder.add(text, folded.starts[at], folded.ends[at]);
  };
  let fenced = false;
  let table = false;
  for (const [index, line] of lines.entries()) {
    const next = lines[index + 1];
    if (line.start === line.end) {
      if (lines[index - 1]?.text !== '') replace(PARAGRAPH, line.end);
      table = false;
      continue;
    }
    if (FENCE.test(line.text)) {
      fenced = !fenced;
      replace(PARAGRAPH, line.end);
      continue;
    }
    if (fenced) {
      copy(line.start, line.end);
      replace(LINE, line.end);
      continue;
    }
    const blank = line.text.trim() === '';
    if (blank || RULE.test(line.text) || DEFINITION.test(line.text)) {
      replace(PARAGRAPH, line.end);
      table = false;
      continue;
    }
    if (isTableDelimiter(line.text)) {
      replace(PARAGRAPH, line.end);
      continue;
    }
    table =
      line.text.includes('|') && (table || (next !== undefined && isTableDelimiter(next.text)));
    if (table) {
      copyTableRow(line, copy, replace);
      replace(PARAGRAPH, line.end);
      continue;
    }
    const content = line.start + lineMarkup(line.text);
    const number = numbered.exec(line.text);
    if (number === null) {
      copy(content, contentEnd(line));
    } else {
      const mark = line.start + number[0].length - 1;
      copy(line.start, mark);
      replace(',', mark);
      copy(mark + 1, line.end);
    }
    replace(lineEnd(line, next, numbered), line.end);
  }
  return builder.build();
}

function splitLines(text: string): Line[] {
  const lines: Line[] = [];
  for (let start = 0; start <= text.length; ) {
    const found = text.indexOf('\n', start);
    const end = found === -1 ? text.length : found;
    lines.push({ start, end, text: text.slice(start, end) });
    start = end + 1;
  }
  return lines;
}

/** How many characters at the start of a line are markup. */
function lineMarkup(line: string): number {
  const quote = QUOTE.exec(line)?.[0].length ?? 0;
  const rest = line.slice(quote);
  return quote + (HEADING.exec(rest) ?? BULLET.exec(rest) ?? [''])[0].length;
}

/** A heading may be closed by number signs. */
function contentEnd(line: Line): number {
  if (!HEADING.test(line.text)) return line.end;
  return line.start + line.text.replace(/(?<= )#{1,6} {0,8}$/, '').length;
}

function lineEnd(line: Line, next: Line | undefined, numbered: RegExp): string {
  if (HEADING.test(line.text)) return PARAGRAPH;
  if (next === undefined || next.text.trim() === '') return PARAGRAPH;
  const following = next.text;
  const startsBlock = [HEADING, BULLET, numbered, FENCE, RULE].some((block) =>
    block.test(following),
  );
  if (startsBlock || QUOTE.test(following) !== QUOTE.test(line.text)) return PARAGRAPH;
  const firstWord = /^\s{0,40}(\S{1,60})/.exec(following)?.[1] ?? '';
  const brokenOnPurpose =
    / {2}$|\\$/.test(line.text) || line.text.length + 1 + firstWord.length <= WRAP_COLUMN;
  return brokenOnPurpose ? LINE : ' ';
}

function isTableDelimiter(line: string): boolean {
  return /^[ |:-]{3,500}$/.test(line) && line.includes('|') && line.includes('-');
}

/** Cells are read one after the other with a pause between. */
function copyTableRow(
  line: Line,
  copy: (from: number, to: number) => void,
  replace: (text: string, at: number) => void,
): void {
  const first = line.start + (/^ *\|?/.exec(line.text)?.[0].length ?? 0);
  const last = line.start + line.text.trimEnd().replace(/\|$/, '').length;
  for (let at = first; at < last; ) {
    const bar = line.text.indexOf('|', at - line.start);
    const end = bar === -1 ? last : Math.min(last, line.start + bar);
    copy(at, end);
    if (end < last) replace(',', end);
    at = end + 1;
  }
}
