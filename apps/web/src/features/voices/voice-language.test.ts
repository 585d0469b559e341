import { expect, test } from 'vitest';
import { describeVoice, groupVoices, matchesVoice } from './voice-language.ts';

const heart = { id: 'af_heart', name: 'Heart', language: 'en-US', gender: 'female' };
const adam = { id: 'am_adam', name: 'Adam', language: 'en-US', gender: 'male' };
const emma = { id: 'bf_emma', name: 'Emma', language: 'en-GB', gender: 'female' };
const kumo = { id: 'jm_kumo', name: 'Kumo', language: 'ja-JP', gender: 'male' };

test('groups by language and gender, American and other English first', () => {
  const groups = groupVoices([kumo, emma, adam, heart]);
  expect(groups.map((group) => group.label)).toEqual([
    'American English · female',
    'American English · male',
    'British English · female',
    'Japanese (Japan) · male',
  ]);
});

test('finds a voice by name, id, language or gender, in any order', () => {
  for (const query of ['hea', 'af_heart', 'american', 'female english', 'en-us h', '']) {
    expect(matchesVoice(heart, query), query).toBe(true);
  }
  expect(matchesVoice(heart, 'male')).toBe(false);
  expect(matchesVoice(adam, 'male')).toBe(true);
  expect(matchesVoice(heart, 'british')).toBe(false);
});

test('an unknown language tag is shown as it is', () => {
  expect(describeVoice({ ...heart, language: 'x_y' })).toBe('x_y, female');
});
