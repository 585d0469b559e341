import { z } from 'zod';
import type { ProblemCode } from '../../platform/errors.ts';
import { describeType } from '../../platform/shown-value.ts';

export const maxCharacters = 5000;
/** Any text within the limit has fewer UTF-16 units than this, blanks around it included. */
const maxUnits = 100_000;

// What no keyboard writes and no voice says; tab, line feed and carriage return are text.
export const controlCharacter = /[\p{Cc}--[\t\n\r]]/v;

/** Characters as a reader of the limit counts them: code points, not UTF-16 units. */
export function countCharacters(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/**
 * The schema of a field that holds text to be said: trimmed, 1 to 5,000 characters, well-formed.
 * Its messages name the limit and what was given. The result tells how many UTF-16 units were
 * trimmed in front, so that offsets can be given in the caller's own text.
 */
export const speechTextSchema = z
  .string({ error: (issue) => `must be a string, not ${describeType(issue.input)}` })
  .meta({ minLength: 1, maxLength: maxCharacters, example: 'Hello from VoiceFlow.' })
  .transform((given, issues) => {
    const refuse = (code: ProblemCode<'invalid'>, message: string) => {
      issues.addIssue({ code: 'custom', message, params: { code } });
      return z.NEVER;
    };
    const text = given.trim();
    if (text === '') {
      return refuse('text_empty', `must hold 1 to ${maxCharacters} characters; it is blank`);
    }
    const length = text.length > maxUnits ? text.length : countCharacters(text);
    if (length > maxCharacters) {
      return refuse(
        'text_too_long',
        `must hold at most ${maxCharacters} characters; it has ${length}`,
      );
    }
    if (!text.isWellFormed()) {
      const at = Array.from(text).findIndex((character) => !character.isWellFormed());
      return refuse('text_malformed', `holds a lone surrogate at character ${at + 1}`);
    }
    const control = controlCharacter.exec(text);
    if (control) {
      const code = control[0].codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0');
      const at = countCharacters(text.slice(0, control.index)) + 1;
      return refuse('text_malformed', `holds the control character U+${code} at character ${at}`);
    }
    return { text, trimmedUnits: given.length - given.trimStart().length };
  });
