import vocabulary from './vocab.json' with { type: 'json' };

const tokenOf: ReadonlyMap<string, number> = new Map(Object.entries(vocabulary));
const knownTokens: ReadonlySet<number> = new Set(tokenOf.values());

/** A phoneme string holds a character that the model was never trained on. */
export class UnknownPhoneme extends Error {
  readonly phoneme: string;
  /** UTF-16 offset of the character in the phoneme string. */
  readonly offset: number;

  constructor(phoneme: string, offset: number) {
    const codePoint = (phoneme.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    super(`phonemes[${offset}]: '${phoneme}' (U+${codePoint}) is not in Kokoro's vocabulary`);
    this.name = 'UnknownPhoneme';
    this.phoneme = phoneme;
    this.offset = offset;
  }
}

/**
 * Token ids of a phoneme string, one for each character (Kokoro's alphabet has one code point a
 * phoneme, stress and length marks being characters of their own). The pads are not included.
 * @throws UnknownPhoneme
 */
export function tokenise(phonemes: string): number[] {
  const tokens: number[] = [];
  let offset = 0;
  for (const phoneme of phonemes) {
    const token = tokenOf.get(phoneme);
    if (token === undefined) throw new UnknownPhoneme(phoneme, offset);
    tokens.push(token);
    offset += phoneme.length;
  }
  return tokens;
}

/** Whether Kokoro's vocabulary has this character. */
export function isPhoneme(character: string): boolean {
  return tokenOf.has(character);
}

/** Whether a token id stands for a phoneme (the pad, 0, does not). */
export function isToken(token: number): boolean {
  return knownTokens.has(token);
}
