import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type TextPart, TextParts } from './text-parts.ts';

/** All parts, and those that were certain before the text had ended. */
function split(pieces: readonly string[]): { parts: TextPart[]; early: TextPart[] } {
  const splitter = new TextParts({ locale: 'en-US' });
  const early = pieces.flatMap((piece) => [...splitter.push(piece)]);
  return { parts: [...early, ...splitter.flush()], early };
}

const texts = (parts: readonly TextPart[]): string[] => parts.map(({ text }) => text);

const story =
  'Well, when the rain stopped at last, we walked along the shore. Dr. Smith had paid $3.50 for tea, ' +
  'and 1,250 people came on January 5, 2024, at 7:30 p.m. to hear him. He said, "No. Not today!" (Nobody laughed.) ' +
  'The U.S. Army left at 5.30, e.g. by train; what remained was version 2.0.1 of a plan... Then\n\n' +
  '# A heading\n\n- first item\n- second item\n\nSee example.com or write to a.b@example.org. Mr. and Mrs. J. R. Brown agreed: it was 3. No, 4 of them.';

describe('TextParts', () => {
  it('gives the first clause as soon as two words stand behind it, then sentences', () => {
    const splitter = new TextParts({ locale: 'en-US' });
    expect([...splitter.push('When the rain stopped,')]).toEqual([]);
    expect([...splitter.push(' we ')]).toEqual([]);
    expect([...splitter.push('walked ')]).toEqual([
      { text: 'When the rain stopped, ', start: 0, end: 'comma' },
    ]);
    expect([...splitter.push('along the shore, and the lamps were lit. Nobody ')]).toEqual([]);
    expect([...splitter.push('spoke ')]).toEqual([
      { text: 'we walked along the shore, and the lamps were lit. ', start: 23, end: 'sentence' },
    ]);
    expect([...splitter.flush()]).toEqual([{ text: 'Nobody spoke ', start: 74, end: 'word' }]);
  });

  it.each([
    ['It is a price of $3.', '50 and not more than that, she said.'],
    ['We are waiting here for Dr.', ' Smith and his old friend.'],
    ['Come to the old harbour at 7 p.m.', ' on Sunday, please do.'],
    ['There were more than 1,', '250 people at the harbour.'],
    ['It happened on January 5,', ' 2024 in a little town.'],
  ])('does not end a part within what goes on: %s…%s', (head, tail) => {
    const { parts, early } = split([head, tail]);
    expect(texts(early).some((text) => text.trim() === head)).toBe(false);
    expect(texts(parts).join('')).toBe(head + tail);
    expect(texts(parts).some((text) => text.trim() === head)).toBe(false);
  });

  it('puts a short sentence together with the next one, but not the first', () => {
    const text = 'Yes. It is. So be it, said the old man to the sea. It is done now.';
    expect(texts(split([text]).parts)).toEqual([
      'Yes. ',
      'It is. So be it, said the old man to the sea. ',
      'It is done now.',
    ]);
  });

  it('cuts a sentence that does not end', () => {
    const endless = 'and on it went along the river bank '.repeat(40);
    const { early } = split([endless]);
    expect(early.length).toBeGreaterThan(2);
    for (const { text } of early) expect(text.length).toBeLessThanOrEqual(400);
    const { parts } = split(['😀'.repeat(900)]);
    for (const { text } of parts) expect(text.isWellFormed()).toBe(true);
  });

  it.each(['\n\n', '. ', '! ', '? ', '… ', '.” ', ' …\n'])('ends a sentence with %j', (mark) => {
    const splitter = new TextParts({ locale: 'en-US' });
    expect([...splitter.push('Well, well. And so ')]).toHaveLength(1);
    const sentence = `And so it went on along the old river bank${mark}`;
    const pushed = [...splitter.push(sentence.slice(7)), ...splitter.push('Then it rained a bit ')];
    expect(texts(pushed).at(-1)).toBe(sentence);
  });

  it('cuts a text without a blank, and reads no more of it for a cut than one may depend on', () => {
    const splitter = new TextParts({ locale: 'en-US' });
    let held = 0;
    for (let times = 0; times < 300; times++) {
      held += 1_000;
      for (const { text } of splitter.push('x'.repeat(1_000))) held -= text.length;
      expect(held).toBeLessThanOrEqual(500);
    }
    const endless = '12 34,5. 6/7 $8.50 '.repeat(20_000);
    const [first] = new TextParts({ locale: 'en-US' }).push(endless);
    expect(first).toEqual(split([endless.slice(0, 1_000)]).parts[0]);
  });

  it('is made up of the whole text, and of the same parts however it was cut on its way', () => {
    const whole = split([story]);
    expect(texts(whole.parts).join('')).toBe(story);
    const cuts = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 80 });
    fc.assert(
      fc.property(cuts, (lengths) => {
        const pieces: string[] = [];
        let at = 0;
        for (const length of lengths) {
          pieces.push(story.slice(at, at + length));
          at += length;
        }
        pieces.push(story.slice(at));
        const { parts } = split(pieces);
        expect(parts).toEqual(whole.parts);
        let start = 0;
        for (const part of parts) {
          expect(part.start).toBe(start);
          start += part.text.length;
        }
      }),
    );
  });
});
