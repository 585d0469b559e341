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
      'we walked along the shore',
      'until the lamps were lit. nobody spoke.',
      'the boats lay still in the harbour,',
      'and far away a bell was ringing.',
    ]);
    expect(pieces.map(({ end }) => end)).toEqual([
      'comma',
      'word',
      'sentence',
      'comma',
      'sentence',
    ]);
  });

  it.each([0.8, 1, 2])('leaves no listener of a slow engine in silence, at speed %d', (speed) => {
    const workPerToken = 0.7;
    const pieces = split(
      'The committee that had been appointed by the last mayor to find out how the bridge had come ' +
        'to fall told the press last night, and with no word of warning, that it had found nothing. ' +
        'Nobody was hurt. The old bridge had stood in the town for more than two hundred years, it ' +
        'had been built by hand, and no one who crossed it each day on the way to work had seen a ' +
        'crack in it, or had ever heard of one.',
      speed,
    );
    let unheardTokens = pieces[0].phonemes.length;
    for (const { phonemes } of pieces.slice(1)) {
      unheardTokens -= phonemes.length * workPerToken;
      expect(unheardTokens).toBeGreaterThanOrEqual(0);
      unheardTokens += phonemes.length;
    }
    expect(pieces.at(-1)?.phonemes.length).toBeGreaterThan(60);
  });

  it('parts a sentence where a phrase begins', () => {
    const pieces = split(
      'The old stone bridge was built by hand in the reign of a forgotten king.',
    );
    expect(texts(pieces)).toEqual([
      'the old stone bridge',
      'was built by hand',
      'in the reign of a forgotten king.',
    ]);
  });

  it('ends a piece with every paragraph', () => {
    expect(texts(split('One.\nTwo.\nThree.'))).toEqual(['one.', 'two.', 'three.']);
  });

  it('cuts a long sentence into even parts at its commas', () => {
    const clause = 'the river ran past the old mill and the quiet fields beyond it';
    const text = `${Array.from({ length: 5 }, () => clause).join(', ')}.`;
    const pieces = [...splitPieces(sentencesOf(text), { speed: 1, unheardSeconds: 10 })];
    expect(pieces).toHaveLength(2);
    for (const { phonemes } of pieces) expect(phonemes.length).toBeGreaterThan(110);
    expect(pieces[0].end).toBe('comma');
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
