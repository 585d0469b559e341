import type { Role, Sentence } from './sentence.ts';
import type { Tag } from './tagger.ts';
import * as classes from './word-classes.ts';
import { wordRules } from './word-rules.ts';

/**
 * Which reading of the word at `index` is meant, likeliest first: keys of the dictionary's entries.
 * Rules for single words come first, then what its neighbours allow, then the tagger's opinion.
 */
export function chooseSenses(sentence: Sentence, index: number): string[] {
  const word = sentence.words[index] ?? '';
  const rule = Object.hasOwn(wordRules, word) ? wordRules[word] : undefined;
  const role = findRole(sentence, index) ?? roleOfTag(sentence.tags[index]);
  const special = rule?.(sentence, index, role);
  const senses = special ? [special] : role ? [role] : [];
  return sentence.pauses[index] ? ['None', ...senses] : senses;
}

function roleOfTag(tag: Tag | undefined): Role | undefined {
  if (tag === 'VERB' || tag === 'AUX') return 'VERB';
  if (tag === 'NOUN' || tag === 'PROPN') return 'NOUN';
  return tag === 'ADJ' || tag === 'ADV' ? tag : undefined;
}

const isNominal = (tag: Tag | undefined): boolean => tag === 'NOUN' || tag === 'PROPN';

/** Words at either side within the clause; '' beyond it. */
function before(sentence: Sentence, index: number): string {
  return sentence.pauses[index - 1] ? '' : (sentence.words[index - 1] ?? '');
}

function after(sentence: Sentence, index: number): string {
  return sentence.pauses[index] ? '' : (sentence.words[index + 1] ?? '');
}

const isAdverb = (word: string): boolean =>
  classes.adverbs.has(word) || (word.length > 4 && word.endsWith('ly'));

/** The nearest word before `index` that is no adverb, or -1 where the clause begins. */
function lastFullWord(sentence: Sentence, index: number): number {
  let at = index - 1;
  while (at >= 0 && !sentence.pauses[at] && isAdverb(sentence.words[at] ?? '')) at--;
  return at >= 0 && !sentence.pauses[at] ? at : -1;
}

const takesNounAfterTo = new Set(
  'due according exposure subject close thanks owing response attention access similar prior addition return relation regard objection exposed addicted opposed'.split(
    ' ',
  ),
);

/** What the neighbours force, or undefined where they leave it open. */
function findRole(sentence: Sentence, index: number): Role | undefined {
  const { words, tags } = sentence;
  const word = words[index] ?? '';
  const previous = before(sentence, index);
  const next = after(sentence, index);
  const full = lastFullWord(sentence, index);
  const lead = full < 0 ? '' : (words[full] ?? '');
  const leadBefore = full < 1 ? '' : (words[full - 1] ?? '');

  if (lead === 'to') return takesNounAfterTo.has(leadBefore) ? 'NOUN' : 'VERB';
  if (classes.modals.has(lead) && !classes.determiners.has(leadBefore)) return 'VERB';
  if (classes.doForms.has(lead) || lead === "let's" || lead === 'please') return 'VERB';
  const isQuestion = classes.doForms.has(leadBefore) || classes.modals.has(leadBefore);
  const isLet = /^(let|help|helps|helped)$/.test(leadBefore);
  if ((isQuestion || isLet) && classes.pronouns.has(lead)) return 'VERB';
  if (classes.indefinitePronouns.has(lead) && classes.isPlural(word)) return 'VERB';
  if (classes.relatives.has(previous) && isNominal(tags[index - 2])) {
    if (classes.isPlural(words[index - 2] ?? '') !== classes.isPlural(word)) return 'VERB';
  }
  if (classes.determiners.has(previous) || previous.endsWith("'s")) {
    return modifierOrNoun(sentence, index);
  }
  if (classes.prepositions.has(previous)) return modifierOrNoun(sentence, index);
  if (classes.subjectPronouns.has(lead)) return 'VERB';
  if (lead === 'you' && !classes.prepositions.has(leadBefore)) {
    return tags[full - 1] === 'VERB' ? undefined : 'VERB';
  }
  if (lead === 'it' && word.endsWith('s') && classes.objectStarters.has(next)) return 'VERB';
  if (classes.beForms.has(lead)) return 'ADJ';
  const opensClause = full < 0 || classes.clauseStarters.has(lead);
  if (opensClause && classes.objectStarters.has(next)) return 'VERB';
  if (lead === 'and' && tags[full - 1] === 'ADJ') return 'ADJ';
  if (tags[index - 1] === 'ADJ' && previous) return modifierOrNoun(sentence, index);
  const isNoun =
    isNominal(tags[full]) ||
    classes.irregularPlurals.has(lead) ||
    (classes.determiners.has(leadBefore) && classes.isPlural(lead));
  if (isNoun) {
    return roleAfterNoun(sentence, index, full);
  }
  if (next === 'of') return 'NOUN';
  return undefined;
}

/** Behind a determiner or preposition: a noun, unless it describes the noun that follows. */
function modifierOrNoun(sentence: Sentence, index: number): Role {
  const next = sentence.tags[index + 1];
  const describes = !sentence.pauses[index] && (isNominal(next) || next === 'ADJ');
  return describes && sentence.tags[index] === 'ADJ' ? 'ADJ' : 'NOUN';
}

/** Behind a noun: agreement tells a verb ("metals contract") from a compound ("sugar content"). */
function roleAfterNoun(sentence: Sentence, index: number, noun: number): Role | undefined {
  const word = sentence.words[index] ?? '';
  const subject = sentence.words[noun] ?? '';
  const next = after(sentence, index);
  const nextTag = sentence.tags[index + 1];
  const isSForm = classes.isPlural(word);
  const agrees = classes.isPlural(subject) !== isSForm;
  if (!agrees) {
    const opening = sentence.words.slice(0, noun);
    const asked =
      opening.some((earlier) => classes.doForms.has(earlier)) ||
      classes.modals.has(opening[0] ?? '');
    return asked && !isSForm ? 'VERB' : 'NOUN';
  }
  if (next === '') return isSForm ? undefined : hasVerbBefore(sentence, noun) ? 'ADJ' : 'VERB';
  if (classes.objectStarters.has(next)) return 'VERB';
  if (nextTag === 'VERB' || nextTag === 'AUX') return 'NOUN';
  if (next === 'of') return undefined;
  const continuesVerb =
    classes.prepositions.has(next) ||
    classes.clauseStarters.has(next) ||
    isAdverb(next) ||
    nextTag === 'ADP' ||
    nextTag === 'ADJ' ||
    nextTag === 'DET' ||
    nextTag === 'PRON' ||
    nextTag === 'SCONJ';
  return continuesVerb ? 'VERB' : undefined;
}

/** Whether the clause has its verb already, so that the noun at `noun` is rather an object. */
function hasVerbBefore(sentence: Sentence, noun: number): boolean {
  for (let i = noun - 1; i >= 0 && !sentence.pauses[i]; i--) {
    if (sentence.tags[i] === 'VERB' || sentence.tags[i] === 'AUX') return true;
  }
  return false;
}
