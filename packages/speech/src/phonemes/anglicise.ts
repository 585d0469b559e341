/**
 * An American pronunciation in the British alphabet, for names that only an American dictionary
 * knows: r is silent but before vowels, vowels are long or short by their spelling, t is never flapped.
 */
export function anglicise(spelling: string, american: string): string {
  const openO = spelling.includes('o') || /w[aæ]/.test(spelling) ? 'ɒ' : 'ɑː';
  return american
    .replaceAll('ɾ', 't')
    .replaceAll('ᵻ', 'ɪ')
    .replaceAll('O', 'Q')
    .replace(/æ/g, 'a')
    .replace(/ɑɹ/g, 'ɑːɹ')
    .replace(/ɔɹ/g, 'ɔːɹ')
    .replace(/ɜɹ/g, 'ɜːɹ')
    .replace(/ɛɹ(?![ˈˌ]?[AIOQWYaiuæɑɒɔəɛɜɪʊʌᵊ])/g, 'ɛː')
    .replace(/([ɪʊ])ɹ(?![ˈˌ]?[AIOQWYaiuæɑɒɔəɛɜɪʊʌᵊ])/g, '$1ə')
    .replace(/ɑ(?!ː)/g, openO)
    .replace(/ɔ(?=[fsθɡŋ])/g, 'ɒ')
    .replace(/ɔ(?!ː)/g, 'ɔː')
    .replace(/ɹ(?![ˈˌ]?[AIOQWYaiuæɑɒɔəɛɜɪʊʌᵊ])/g, '')
    .replace(/i(?=[AIOQWYaæɑɒɔəɛɜʊʌᵊ])/g, 'ɪ')
    .replace(/i(?!$)/g, spelling.endsWith('ies') ? 'i' : 'iː')
    .replace(/([ˈˌ])i$/, '$1iː')
    .replace(/(?<=ˈ.*)ˌ/g, '')
    .replace(/u(?!ː)/g, 'uː');
}
