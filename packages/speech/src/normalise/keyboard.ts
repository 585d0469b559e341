import { type Matcher, matchAt, type Token } from './scan.ts';
import type { Locale } from './spoken-word.ts';
import { verbaliseInteger } from './verbalise-number.ts';

const MODIFIERS = new Map([
  ['ctrl', 'Control'],
  ['control', 'Control'],
  ['cmd', 'Command'],
  ['command', 'Command'],
  ['alt', 'Alt'],
  ['altgr', 'Alt Graph'],
  ['opt', 'Option'],
  ['option', 'Option'],
  ['shift', 'Shift'],
  ['win', 'Windows'],
  ['windows', 'Windows'],
  ['fn', 'Function'],
  ['⌘', 'Command'],
  ['⌥', 'Option'],
  ['⇧', 'Shift'],
  ['⌃', 'Control'],
]);
const KEYS = new Map([
  ['esc', 'Escape'],
  ['del', 'Delete'],
  ['ins', 'Insert'],
  ['pgup', 'Page Up'],
  ['pgdn', 'Page Down'],
]);
const NAMED =
  '(?:[Cc]trl|CTRL|Control|[Cc]md|CMD|Command|[Aa]lt(?:Gr)?|ALT|Opt|Option|[Ss]hift|SHIFT|Win(?:dows)?|Fn)';
const KEY =
  '(?:F(?:1[0-2]|[1-9])|[A-Za-z0-9]|Enter|Return|Tab|Space|Esc(?:ape)?|Del(?:ete)?|Ins(?:ert)?|Backspace|Home|End|PgUp|PgDn|Up|Down|Left|Right)';
const SHORTCUT = new RegExp(
  `${NAMED}(?: ?[+] ?${NAMED}|-${NAMED}){0,3}(?: ?[+] ?|-)${KEY}(?![\\p{L}\\d])`,
  'uy',
);
const SIGNS = new RegExp(`[⌘⌥⇧⌃](?:[+]?[⌘⌥⇧⌃]){0,3}[+]?${KEY}(?![\\p{L}\\d])`, 'uy');
const FIRST_LETTERS = 'CcAaOSsWF';
const FIRST_SIGNS = '⌘⌥⇧⌃';
const PARTS = /[⌘⌥⇧⌃]|[A-Za-z]+\d{0,2}|\d/gu;

/** Ctrl+C, Cmd-Shift-K, ⌘S, Alt+F4: keys that are pressed together, one word for each. */
export const matchShortcut: Matcher = (scan, at) => {
  const first = scan.text.charAt(at);
  const isSign = FIRST_SIGNS.includes(first);
  if (!isSign && !FIRST_LETTERS.includes(first)) return undefined;
  const match = matchAt(isSign ? SIGNS : SHORTCUT, scan, at);
  if (match === null) return undefined;
  const tokens = Array.from(match[0].matchAll(PARTS), ({ 0: key, index }) => {
    const start = at + index;
    return { start, end: start + key.length, ...sayKey(key, scan.locale) };
  });
  return { end: at + match[0].length, tokens };
};

function sayKey(key: string, locale: Locale): Pick<Token, 'spoken' | 'letters'> {
  const small = key.toLowerCase();
  const name = MODIFIERS.get(small) ?? KEYS.get(small);
  if (name !== undefined) return { spoken: name };
  if (/^\d$/.test(key)) return { spoken: verbaliseInteger(key, locale) };
  if (key.length === 1) return { spoken: key.toUpperCase(), letters: true };
  const digits = /^F(\d+)$/.exec(key)?.[1];
  if (digits !== undefined)
    return { spoken: `F ${verbaliseInteger(digits, locale)}`, letters: true };
  return { spoken: key };
}
