import { isVowel } from '../src/phonemes/alphabet.ts';

const sounds: Readonly<Record<string, string>> = {
  AA: 'ɑ',
  AE: 'æ',
  AH: 'ʌ',
  AO: 'ɔ',
  AW: 'W',
  AY: 'I',
  B: 'b',
  CH: 'ʧ',
  D: 'd',
  DH: 'ð',
  EH: 'ɛ',
  ER: 'ɜɹ',
  EY: 'A',
  F: 'f',
  G: 'ɡ',
  HH: 'h',
  IH: 'ɪ',
  IY: 'i',
  JH: 'ʤ',
  K: 'k',
  L: 'l',
  M: 'm',
  N: 'n',
  NG: 'ŋ',
  OW: 'O',
  OY: 'Y',
  P: 'p',
  R: 'ɹ',
  S: 's',
  SH: 'ʃ',
  T: 't',
  TH: 'θ',
  UH: 'ʊ',
  UW: 'u',
  V: 'v',
  W: 'w',
  Y: 'j',
  Z: 'z',
  ZH: 'ʒ',
};
const unstressed: Readonly<Record<string, string>> = { AH: 'ə', ER: 'əɹ' };
const marks: Readonly<Record<string, string>> = { '1': 'ˈ', '2': 'ˌ' };

/** ARPABET as in CMUdict ("B EH1 T IY0") to Kokoro's American alphabet ("bˈɛɾi"). */
export function fromArpabet(arpabet: string): string {
  const phonemes = arpabet
    .split(' ')
    .map((symbol) => {
      const sound = symbol.slice(0, 2).replace(/\d/, '');
      const stress = symbol.slice(-1);
      const mark = marks[stress] ?? '';
      return mark + ((mark === '' && unstressed[sound]) || (sounds[sound] ?? ''));
    })
    .join('');
  return flapBetweenVowels(phonemes)
    .replace(/(?<=[bdfkmnpstvzɡɾʃʒʤʧθ])ə(?=l$)/, 'ᵊ')
    .replace(/(?<=[td])ə(?=n$)/, 'ᵊ')
    .replace(/[əɪ](?=[zd]$)/, (vowel, at) =>
      /[szʃʒʧʤtdɾ]/.test(phonemes[at - 1] ?? '') ? 'ᵻ' : vowel,
    );
}

const flapBetweenVowels = (phonemes: string): string =>
  phonemes.replace(/(?<=[^ˈˌ])t(?=.)/g, (t, at: number) => {
    const before = phonemes[at - 1] ?? '';
    const behind = phonemes[at + 1] ?? '';
    const isNasal = /^ən(?![ˈˌ]?[AIOWYiuæɑɔəɛɜɪʊʌ])/.test(phonemes.slice(at + 1));
    return (isVowel(before) || before === 'ɹ') && isVowel(behind) && !isNasal ? 'ɾ' : t;
  });
