import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxPieceTokens, type PhonemisedWord, type Piece, splitPieces } from './split-pieces.ts';

/** One letter a phoneme: enough to see where the cuts fall. */
function sentencesOf(text: string): PhonemisedWord[][] {
  const sentences: PhonemisedWord[][] = [[]];
  for (const match of text.matchAll(/([“(]?)([\p{L}']+)([;:,.!?…”)]*)(\s*)/gu)) {
    const [, before, spoken, after, gap] = match;
    const start = match.index + before.length;
    const ends = /[.!?]/.test(after);
    const breakAfter = gap.includes('\n') ? 'paragraph' : ends ? 'sentence' : undefined;
    const word = { start, end: start + spoken.length, spoken, before, after };
    sentences.at(-1)?.push({
      word: breakAfter ? { ...word, breakAfter } : word,
      phonemes: spoken.toLowerCase(),
    });
    if (breakAfter) sentences.push([]);
  }
  return sentences.filter((sentence) => sentence.length > 0);
}

const split = (text: string, speed = 1): Piece[] => [...splitPieces(sentencesOf(text), { speed })];
const texts = (pieces: readonly Piece[]): string[] => pieces.map(({ phonemes }) => phonemes);

describe('splitPieces', () => {
  it('keeps a short text whole', () => {
    expect(split('Good morning, all.')).toMatchObject([
      { phonemes: 'good morning, all.', end: 'sentence' },
    ]);
  });

  it('opens with a clause that is soon made, and lets the pieces grow', () => {
    const pieces = split(
      'When the rain stopped, we walked along the shore until the lamps were lit. ' +
        'Nobody spoke. The boats lay still in the harbour, and far away a bell was ringing.',
    );
    expect(texts(pieces)).toEqual([
      'when the rain stopped,',
      'we walked along the shore until the lamps were lit.',
      'nobody spoke. the boats lay still in the harbour, and far away a bell was ringing.',
    ]);
    expect(pieces.map(({ end }) => end)).toEqual(['comma', 'sentence', 'sentence']);
  });

  it('ends a piece with every paragraph', () => {
    expect(texts(split('One.\nTwo.\nThree.'))).toEqual(['one.', 'two.', 'three.']);
  });

  it('cuts a long sentence into even parts at its commas', () => {
    const clause = 'the river ran past the old mill and the quiet fields beyond it';
    const text = `Look. ${'Yes, it is a fine day for a walk along the river bank, my friend. '.repeat(4)}${Array.from({ length: 5 }, () => clause).join(', ')}.`;
    const long = split(text).filter(({ phonemes }) => phonemes.includes('mill'));
    expect(long).toHaveLength(2);
    for (const { phonemes } of long) expect(phonemes.length).toBeGreaterThan(110);
    expect(long[0].end).toBe('comma');
  });

  it('shortens the first piece when speech is slow', () => {
    const text = 'a bird sang in the tall tree by the gate all day long and into the night.';
    const [slow] = split(text, 0.5);
    const [fast] = split(text, 2);
    expect(slow.phonemes.length).toBeLessThanOrEqual(11);
    expect(fast.phonemes.length).toBeGreaterThan(22);
  });

  it('spreads a word that no piece can hold and says that it goes on', () => {
    const pieces = split(`${'a'.repeat(450)}.`);
    expect(pieces.map(({ phonemes }) => phonemes.length)).toEqual([199, 199, 53]);
    expect(pieces.map(({ words }) => words[0].continues)).toEqual([true, true, undefined]);
  });

  it('reads no further than it needs', () => {
    let read = 0;
    function* endless(): Generator<PhonemisedWord[]> {
      for (;;) {
        read++;
        yield sentencesOf('this goes on and on without end.')[0];
      }
    }
    const pieces = splitPieces(endless(), { speed: 1 });
    pieces.next();
    expect(read).toBe(1);
  });

  it('loses and reorders nothing, whatever the text', () => {
    const word = fc.stringMatching(/^[a-z]{1,12}[,;.!]?$/);
    const gap = fc.constantFrom(' ', ' ', ' ', '\n');
    const text = fc
      .array(fc.tuple(word, gap), { minLength: 1, maxLength: 120 })
      .map((parts) => parts.flat().join(''));
    fc.assert(
      fc.property(text, fc.double({ min: 0.5, max: 2, noNaN: true }), (source, speed) => {
        const pieces = split(source, speed);
        const words = pieces.flatMap((piece) => piece.words);
        expect(words.map(({ word }) => word.start)).toEqual(
          sentencesOf(source)
            .flat()
            .map(({ word }) => word.start),
        );
        for (const piece of pieces) {
          expect(piece.phonemes.length).toBeLessThanOrEqual(maxPieceTokens);
          for (const { word, start, end } of piece.words) {
            expect(piece.phonemes.slice(start, end)).toBe(word.spoken);
          }
        }
      }),
    );
  });
});
