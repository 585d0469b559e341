import { describe, expect, test } from 'vitest';
import { normalise } from './index.ts';

/** The source of every word, with `|` where a sentence and `¶` where a paragraph ends. */
function sourceWithBreaks(source: string): string {
  return normalise(source, { locale: 'en-US' })
    .words.map((word) => {
      const mark =
        word.breakAfter === undefined ? '' : word.breakAfter === 'sentence' ? ' |' : ' ¶';
      return source.slice(word.start, word.end) + mark;
    })
    .join(' ');
}

describe('breaks and source offsets', () => {
  test.each([
    ['One. Two! Three? Four', 'One | Two | Three | Four ¶'],
    ['One.\n\nTwo.', 'One ¶ Two ¶'],
    ['one. two', 'one | two ¶'],
    ['Dr. Smith met Mr. Jones. They ate.', 'Dr. Smith met Mr. Jones | They ate ¶'],
    ['J. R. R. Tolkien wrote. He did.', 'J. R. R. Tolkien wrote | He did ¶'],
    ['in the U.S. Army. The U.S. The end.', 'in the U.S. Army | The U.S. | The end ¶'],
    ['at 5 p.m. Monday. At 5 p.m. We left.', 'at 5 p.m. Monday | At 5 p.m. | We left ¶'],
    ['pears, etc. They rot.', 'pears etc. | They rot ¶'],
    ['pears, etc. and more', 'pears etc. and more ¶'],
    ['See e.g. Smith and i.e. Jones.', 'See e.g. Smith and i.e. Jones ¶'],
    ['It is 3.14. Next is 2.5.', 'It is 3.14 | Next is 2.5 ¶'],
    ['"Yes." She left.', 'Yes | She left ¶'],
    ['"Is it?" he asked. "No!" she said.', 'Is it he asked | No she said ¶'],
    ['(It was.) He left.', 'It was | He left ¶'],
    ['What?! No way!!! Ok.', 'What | No way | Ok ¶'],
    ['Well... maybe. Well... Maybe.', 'Well maybe | Well | Maybe ¶'],
    ['Yahoo! is a site', 'Yahoo is a site ¶'],
    ['So did I. Then we left.', 'So did I | Then we left ¶'],
    ['by I. M. Pei. It stands.', 'by I. M. Pei | It stands ¶'],
    ['He said no. No. 5 is alive.', 'He said no | No. 5 is alive ¶'],
    ['I live on Main St. It is long.', 'I live on Main St. | It is long ¶'],
    ['The end.Next one', 'The end | Next one ¶'],
    ['cat vs. Dog', 'cat vs. Dog ¶'],
    ['vol. 2, p. 5. Then', 'vol. 2 p. 5 | Then ¶'],
    ['# Head\nText. More', 'Head ¶ Text | More ¶'],
    ['- one\n- two\n\nthree', 'one ¶ two ¶ three ¶'],
    ['a b\nc d', 'a b c d ¶'],
    ['A poem\nOf lines', 'A poem | Of lines ¶'],
    ['one\r\n\r\ntwo', 'one ¶ two ¶'],
    ['Mail a@b.com. Then go to x.com. Bye', 'Mail a @b .com | Then go to x .com | Bye ¶'],
    ['$3.50 on 01/15/2024', '$3.50 on 01/15/2024 ¶'],
    ['5\u00a0km 🎉 “done”', '5\u00a0km done ¶'],
    ['so\u200bft [link](http://a.b) **x**y', 'so\u200bft link x**y ¶'],
    ['𝐇𝐢 ①', '𝐇𝐢 ① ¶'],
  ])('%j', (source, expected) => {
    expect(sourceWithBreaks(source)).toBe(expected);
  });

  test('marks are carried by the words they touch', () => {
    const { words } = normalise('"Well," (he said) — no.', { locale: 'en-GB' });
    expect(words.map(({ before, spoken, after }) => [before, spoken, after])).toEqual([
      ['“', 'Well', ',”'],
      ['(', 'he', ''],
      ['', 'said', ')—'],
      ['', 'no', '.'],
    ]);
  });

  test('letter names are told from the article and the pronoun', () => {
    const lettered = (source: string) =>
      normalise(source, { locale: 'en-US' })
        .words.filter((word) => word.letters)
        .map((word) => word.spoken);
    expect(lettered('I saw a USB stick, plan A, vitamin C and a CD.')).toEqual([
      'U S B',
      'A',
      'C',
      'C D',
    ]);
    expect(lettered('A man and I went from A to B.')).toEqual(['A', 'B']);
  });
});
