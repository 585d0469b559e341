import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scoreLetterToSound, splitDictionary } from '../../tools/letter-to-sound-score.ts';
import { testModelsDir } from '../assets/test-models.ts';
import { LetterToSound } from './letter-to-sound.ts';
import { decodeLetterToSound, encodeLetterToSound } from './letter-to-sound-file.ts';

describe.each(['us', 'gb'])('letter-to-sound of %s', (region) => {
  const model = decodeLetterToSound(
    readFileSync(new URL(`data/letter-to-sound-${region}.bin`, import.meta.url)),
  );

  it('reads words it was not trained on', () => {
    const { unseen } = splitDictionary(join(testModelsDir(), 'lexicon', `${region}_gold.json`));
    const score = scoreLetterToSound(
      new LetterToSound(model),
      unseen.filter((_, i) => i % 5 === 0),
    );
    expect(score.phonemeErrorRate).toBeLessThan(0.085);
    expect(score.wordsRight).toBeGreaterThan(0.6);
    expect(score.wordsRightWithStress).toBeGreaterThan(0.57);
  });

  it('comes back from its file as it was', () => {
    expect(
      decodeLetterToSound(encodeLetterToSound({ ...model, weights: model.weights.slice(0, 4096) })),
    ).toEqual({
      ...model,
      weights: model.weights.slice(0, 4096),
    });
  });

  it('gives every letter a label, even letters that never stood together', () => {
    const predictor = new LetterToSound(model);
    for (const word of ['a', 'qqq', 'xzjvw', 'q'.repeat(32)]) {
      expect(predictor.label(word).length).toBe(word.length);
    }
  });
});
