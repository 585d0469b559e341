import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { testModelsDir } from '../assets/test-models.ts';
import { isPhoneme } from '../model/vocabulary.ts';
import type { Locale, SpokenWord } from '../normalise/index.ts';
import { type Lexicon, loadLexicon, phonemise } from './index.ts';
import { toSpokenWords } from './test-words.ts';

const lexiconDir = join(testModelsDir(), 'lexicon');
const american = await loadLexicon(lexiconDir, 'en-US');
const british = await loadLexicon(lexiconDir, 'en-GB');
const lexicons: Record<Locale, Lexicon> = { 'en-US': american, 'en-GB': british };

const say = (text: string, lexicon = american): string =>
  phonemise(toSpokenWords(text), lexicon).join(' ');

const word = (spoken: string, more: Partial<SpokenWord> = {}): SpokenWord => ({
  start: 0,
  end: spoken.length,
  spoken,
  before: '',
  after: '',
  ...more,
});

const sayOne = (spoken: string, more: Partial<SpokenWord> = {}, lexicon = american): string =>
  phonemise([word(spoken, more)], lexicon)[0] ?? '';

describe('phonemise', () => {
  it('answers in parallel and joins the words of one run by spaces', () => {
    const words = [word('pay'), word('three dollars and fifty cents', { after: '.' })];
    expect(phonemise(words, american)).toEqual(['pˈA', 'θɹˈi dˈɑləɹz ænd fˈɪfti sˈɛnts']);
    expect(phonemise([], american)).toEqual([]);
  });

  it('says nothing for a word without letters, and goes on', () => {
    expect(phonemise([word(''), word('…'), word('hello')], american)).toEqual(['', '', 'həlˈO']);
  });

  it('fits articles and "to" to the sound that follows, not the letter', () => {
    expect(say('the apple')).toBe('ði ˈæpᵊl');
    expect(say('the pear')).toBe('ðə pˈɛɹ');
    expect(say('the hour')).toBe('ði ˈWəɹ');
    expect(say('the university')).toMatch(/^ðə j/);
    expect(say('to eat')).toBe('tʊ ˈit');
    expect(say('to me')).toBe('tə mˌi');
    expect(phonemise([word('the'), word('F B I', { letters: true })], american)).toEqual([
      'ði',
      'ˌɛfbˌiˈI',
    ]);
  });

  it('gives little words their full form in front of a pause', () => {
    expect(say('he wants to, but')).toMatch(/tˈ?u bˌʌt$/);
    expect(say('come in.')).toMatch(/ˈɪn$/);
    expect(say('what will be, will be.')).toBe('wˌʌt wɪl bˈi wɪl bˈi');
  });

  it('tells the article and the pronoun from the names of letters', () => {
    expect(sayOne('a')).toBe('ɐ');
    expect(sayOne('I')).toBe('ˌI');
    expect(sayOne('A', { letters: true })).toBe('ˈA');
    expect(sayOne('I', { letters: true })).toBe('ˈI');
  });

  it('says letters in a row in one breath, long codes one by one, plurals with their s', () => {
    expect(sayOne('U S B', { letters: true })).toBe('jˌuˌɛsbˈi');
    expect(sayOne('M P three', { letters: true })).toBe('ˌɛmpˈi θɹˈi');
    expect(sayOne("P C's", { letters: true })).toBe('pˌisˈiz');
    expect(sayOne('K A B D E F', { letters: true })).toBe('kˈA ˈA bˈi dˈi ˈi ˈɛf');
    expect(sayOne('Z', { letters: true }, british)).toBe('zˈɛd');
  });

  it('does not let one sentence decide words of the next', () => {
    const words = [
      word('It'),
      word('is'),
      word('the', { breakAfter: 'sentence' }),
      word('apple', { after: '.', breakAfter: 'paragraph' }),
    ];
    expect(phonemise(words, american)[2]).toBe('ðə');
  });

  it('takes curly and straight apostrophes alike', () => {
    expect(say('don’t')).toBe(say("don't"));
    expect(say('James’s')).toBe('ʤˈAmzᵻz');
  });
});

/** What misaki 0.9.4 with spaCy's en_core_web_sm 3.8 says: the model was trained on such strings. */
const reference = readFileSync(new URL('data/reference-sentences.tsv', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => line.split('\t'))
  .map(([locale, text = '', phonemes = '']) => ({
    locale: locale === 'en-GB' ? ('en-GB' as const) : ('en-US' as const),
    text,
    phonemes,
  }));

describe('against the front end that the model was trained with', () => {
  it.each(reference)('$locale: $text', ({ locale, text, phonemes }) => {
    expect(say(text, lexicons[locale])).toBe(phonemes);
  });
});

describe('whatever the words', () => {
  const isSpeakable = (text: string): boolean => [...text].every(isPhoneme);
  const locale = fc.constantFrom<Locale>('en-US', 'en-GB');

  it('stays inside the model’s vocabulary', () => {
    const spoken = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(fc.array(spoken, { maxLength: 8 }), locale, (texts, where) => {
        const said = phonemise(
          texts.map((text) => word(text)),
          lexicons[where],
        );
        expect(said.length).toBe(texts.length);
        expect(said.every(isSpeakable)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('says every word of Latin letters', () => {
    const spelled = fc.stringMatching(/^['-]?[A-Za-z][A-Za-z'-]{0,14}$/);
    fc.assert(
      fc.property(spelled, locale, (text, where) => {
        expect(sayOne(text, {}, lexicons[where]).trim()).not.toBe('');
      }),
      { numRuns: 1000 },
    );
  });

  it('cuts endless words into runs that the piece splitter can part', () => {
    const said = sayOne('abcdefghijklmnopqrstuvwxyz'.repeat(192));
    expect(said.length).toBeLessThan(4 * 5000);
    expect(Math.max(...said.split(' ').map((run) => run.length))).toBeLessThan(200);
    expect(sayOne('x'.repeat(5000))).not.toBe('');
  });

  it.each([
    `a${"'".repeat(5000)}`,
    `zork${"'s".repeat(2500)}`,
    `x${"'d've".repeat(1000)}`,
    `${'a-'.repeat(2500)}b`,
    'aB'.repeat(2500),
    'é'.repeat(5000),
    '北'.repeat(5000),
    `a${'\u0301'.repeat(5000)}`,
  ])('says even a monster of 5,000 characters in runs of less than 200 phonemes', (monster) => {
    const said = sayOne(monster);
    expect(said).not.toBe('');
    expect(Math.max(...said.split(' ').map((run) => run.length))).toBeLessThan(200);
  });

  it('knows no word by what every object inherits', () => {
    for (const name of ['constructor', 'toString', 'valueOf', '__proto__', 'hasOwnProperty']) {
      expect(isSpeakable(sayOne(name))).toBe(true);
      expect(sayOne(name)).not.toBe('');
    }
  });
});

it('has dictionaries within the model’s vocabulary', async () => {
  for (const name of ['us_gold', 'us_silver', 'gb_gold', 'gb_silver']) {
    const words: Record<string, unknown> = JSON.parse(
      readFileSync(join(lexiconDir, `${name}.json`), 'utf8'),
    );
    const lexicon = name.startsWith('us') ? american : british;
    const sample = Object.keys(words).filter((_, i) => i % 40 === 0);
    const unspeakable = sample.filter((key) => ![...sayOne(key, {}, lexicon)].every(isPhoneme));
    expect(unspeakable).toEqual([]);
  }
});

it('rejects when a dictionary is missing', async () => {
  await expect(loadLexicon(join(lexiconDir, 'nowhere'), 'en-US')).rejects.toThrow(/ENOENT.*\.json/);
});
