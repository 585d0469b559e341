import model from 'wink-eng-lite-web-model';
import winkNlp from 'wink-nlp';

/** A universal part-of-speech tag: NOUN, PROPN, PRON, VERB, AUX, ADJ, ADV, DET, ADP, … or X. */
export type Tag = string;

/** More of a word would only cost time: the tagger's patterns are not linear. */
const longestWord = 40;

const wink = winkNlp(model, ['pos']);

/** One tag for each word of a sentence; `pauses` tells which words have punctuation behind them. */
export function tagWords(words: readonly string[], pauses: readonly boolean[]): Tag[] {
  const shown = words.map((word) => word.slice(0, longestWord));
  const text = shown.map((word, i) => (pauses[i] ? `${word} ,` : word)).join(' ');
  const tokens = wink.readDoc(text).tokens();
  const values = tokens.out(wink.its.value);
  const tags = tokens.out(wink.its.pos);
  const result: Tag[] = [];
  let token = 0;
  for (const word of shown) {
    while (values[token] === ',') token++;
    result.push(tags[token] ?? 'X');
    // The tagger cuts "didn't" and "well-known" into several tokens; the first one's tag stands.
    let left = word.length;
    while (left > 0 && token < values.length) left -= values[token++]?.length ?? 0;
  }
  return result;
}
