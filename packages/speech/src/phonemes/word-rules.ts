import type { Role, Sentence } from './sentence.ts';
import * as classes from './word-classes.ts';

/** Chooses a dictionary sense for one word, or undefined to leave it to the word's role. */
type WordRule = (sentence: Sentence, index: number, role: Role | undefined) => string | undefined;

const list = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

const wordBefore = (sentence: Sentence, index: number, distance = 1): string =>
  sentence.words[index - distance] ?? '';
const wordAfter = (sentence: Sentence, index: number): string =>
  sentence.pauses[index] ? '' : (sentence.words[index + 1] ?? '');
const mentions = (sentence: Sentence, topic: ReadonlySet<string>): boolean =>
  sentence.words.some((word) => topic.has(word) || topic.has(word.replace(/s$/, '')));

/** The nearest word in front that is no adverb. */
function leading(sentence: Sentence, index: number): { word: string; at: number } {
  let at = index - 1;
  while (
    at > 0 &&
    (classes.adverbs.has(wordBefore(sentence, at + 1)) ||
      wordBefore(sentence, at + 1).endsWith('ly'))
  ) {
    at--;
  }
  return { word: sentence.words[at] ?? '', at };
}

const metal = list(
  `pipe pipes paint paints poisoning acid crystal bullet bullets shot dust oxide batteries apron pencil foil metal toxic zinc copper tin
  iron roof mercury arsenic solder battery petrol gasoline unleaded plumbing cadmium ore ingot molten
  weight exposure contaminated contamination`,
);
const leadIn = list(
  'of with from contain contains contained containing molten toxic red melt melted',
);

const lead: WordRule = (sentence, index, role) => {
  if (metal.has(wordAfter(sentence, index))) return 'METAL';
  if (role === 'VERB' && !classes.prepositions.has(wordBefore(sentence, index))) return 'DEFAULT';
  const isMass = !classes.determiners.has(wordBefore(sentence, index));
  if (isMass && (mentions(sentence, metal) || leadIn.has(wordBefore(sentence, index)))) {
    return 'METAL';
  }
  return 'DEFAULT';
};

const fish = list(
  `fish fishing fished caught catch lake river sea striped largemouth smallmouth eat ate grilled
  fried chilean trout salmon pond fillet angler perch pike bait`,
);
const bass: WordRule = (sentence) => (mentions(sentence, fish) ? 'DEFAULT' : 'ADJ');

const ship = list('ship boat vessel stern deck sail sailor starboard port mast yacht hull canoe');
const bow: WordRule = (sentence, index, role) => {
  if (role === 'VERB') return 'VERB';
  const before = [1, 2, 3].map((distance) => wordBefore(sentence, index, distance));
  const isTaken = before.some((word) =>
    /^(take|takes|took|taking|taken|deep|final|low)$/.test(word),
  );
  return isTaken || mentions(sentence, ship) ? 'VERB' : 'DEFAULT';
};

const pastTimes = list('yesterday ago last earlier once previously before already aloud');
const habits = list('every always often usually daily weekly never sometimes tomorrow each');

/** A subject whose present would be "reads", so that "read" is the past. */
function isSingularSubject(sentence: Sentence, subject: { word: string; at: number }): boolean {
  if (/^(he|she|it|nobody|everyone|everybody|someone|somebody)$/.test(subject.word)) return true;
  const isNoun = /^(NOUN|PROPN)$/.test(sentence.tags[subject.at] ?? '');
  return isNoun && !classes.isPlural(subject.word);
}

const read: WordRule = (sentence, index) => {
  const { word, at } = leading(sentence, index);
  const beforeThat = sentence.words[at - 1] ?? '';
  if (index === 0 || word === 'to' || classes.doForms.has(word) || word === 'please')
    return 'DEFAULT';
  if (classes.modals.has(word))
    return /'d$/.test(word) && mentions(sentence, pastTimes) ? 'VBD' : 'DEFAULT';
  if (classes.haveForms.has(word) || /^(get|gets|got|widely|well)$/.test(word)) return 'VBN';
  if (classes.beForms.has(word) && word !== "let's") return 'VBN';
  const asks = classes.doForms.has(beforeThat) || classes.modals.has(beforeThat);
  if (asks && (classes.pronouns.has(word) || sentence.tags[at] === 'NOUN')) return 'DEFAULT';
  if (classes.haveForms.has(beforeThat) && classes.pronouns.has(word)) return 'VBN';
  if (classes.determiners.has(wordBefore(sentence, index)) || sentence.tags[index - 1] === 'ADJ')
    return 'DEFAULT';
  const subject =
    classes.relatives.has(word) && beforeThat ? { word: beforeThat, at: at - 1 } : { word, at };
  if (isSingularSubject(sentence, subject) && sentence.tags[index] !== 'NOUN') return 'VBD';
  if (mentions(sentence, pastTimes)) return 'VBD';
  if (mentions(sentence, habits)) return 'DEFAULT';
  const others = sentence.words.filter((_, i) => i !== index);
  return others.some(classes.isPastForm) ? 'VBD' : 'DEFAULT';
};

const windingOn = list('up down around round through back itself tightly');
const wound: WordRule = (sentence, index, role) => {
  const next = wordAfter(sentence, index);
  const { word } = leading(sentence, index);
  if (word === 'to' || classes.modals.has(word) || classes.doForms.has(word)) return 'DEFAULT';
  if (windingOn.has(next)) return 'VBD';
  if (classes.haveForms.has(word) || classes.beForms.has(word)) return 'VBN';
  if (classes.pronouns.has(word) && role === 'VERB') return 'VBD';
  const hasSubject = /^(NOUN|PROPN)$/.test(sentence.tags[index - 1] ?? '');
  return hasSubject && classes.objectStarters.has(next) ? 'VBD' : 'DEFAULT';
};

const crying = list('eye eyes cheek cheeks cry cried crying wept weep');
const damage = list('in through along down apart off');
const tear: WordRule = (sentence, index, role) => {
  const next = wordAfter(sentence, index);
  if (/^(gas|duct|ducts|drop|drops|stained)$/.test(next)) return 'DEFAULT';
  if (role === 'VERB') return 'VERB';
  if (wordBefore(sentence, index) === 'and' && wordBefore(sentence, index, 2) === 'wear')
    return 'VERB';
  return damage.has(next) && !mentions(sentence, crying) ? 'VERB' : 'DEFAULT';
};

const diving = list('into in off for toward towards under down headfirst deep over to from below');
const dove: WordRule = (sentence, index, role) =>
  diving.has(wordAfter(sentence, index)) &&
  (role === 'VERB' || /^(NOUN|PROPN|PRON)$/.test(sentence.tags[index - 1] ?? ''))
    ? 'VERB'
    : 'DEFAULT';

const opening = list('at on in for early soon down when before after if');
const nearness = list(
  `very so too how as that more pretty quite really stand stood come came comes get got getting stay
  stayed keep kept sit sat draw drew hold held up is are was were be been being feel felt fairly
  extremely dangerously not`,
);
const close: WordRule = (sentence, index, role) => {
  const previous = wordBefore(sentence, index);
  const next = wordAfter(sentence, index);
  const { word } = leading(sentence, index);
  if (word === 'to' || classes.modals.has(word) || classes.doForms.has(word)) return 'VERB';
  if (next === 'to' || next === 'by' || next === 'enough' || nearness.has(previous))
    return 'DEFAULT';
  if (next === 'of' || previous === 'at' || (role === 'NOUN' && next === '')) return 'VERB';
  if (/^(NOUN|PROPN)$/.test(sentence.tags[index + 1] ?? '') && next !== '') return 'DEFAULT';
  const isPluralSubject = /[^su'i]s$/.test(previous) && sentence.tags[index - 1] === 'NOUN';
  if (isPluralSubject && (opening.has(next) || next === '')) return 'VERB';
  return role === 'VERB' ? 'VERB' : 'DEFAULT';
};

const tiny = list(
  `detail details amount amounts quantity quantities trace traces particle particles difference
  differences change changes fraction variation variations examination inspection scale portion
  creature creatures hole holes crack cracks droplet droplets fragment fragments dose doses organism
  organisms grain grains proportion proportions bubble bubbles piece pieces insect insects
  concentration concentrations adjustment adjustments`,
);
const minute: WordRule = (sentence, index) => {
  const { word } = leading(sentence, index);
  const isPredicate = classes.beForms.has(word) && wordAfter(sentence, index) === '';
  return tiny.has(wordAfter(sentence, index)) || isPredicate ? 'ADJ' : 'DEFAULT';
};

const used: WordRule = (sentence, index) => {
  if (wordAfter(sentence, index) !== 'to') return 'DEFAULT';
  const { word } = leading(sentence, index);
  const follower = sentence.words[index + 2] ?? '';
  const isAccustomed =
    classes.objectStarters.has(follower) || follower.endsWith('ing') || follower === '';
  if (/^(get|gets|got|getting|become|grew|grown)$/.test(word)) return 'VBD';
  if (/^(have|has|had|having)$/.test(word)) return 'DEFAULT';
  if (!classes.beForms.has(word)) return 'VBD';
  const isNamed = /^(NOUN|PROPN|ADJ)$/.test(sentence.tags[index + 2] ?? '');
  return isAccustomed || (isNamed && follower.endsWith('s')) ? 'VBD' : 'DEFAULT';
};

/** "didn't use to" is said like the noun. */
const use: WordRule = (sentence, index) => {
  const did = [1, 2].some((distance) =>
    /^(did|didn't)$/.test(wordBefore(sentence, index, distance)),
  );
  return did && wordAfter(sentence, index) === 'to' ? 'NOUN' : undefined;
};

const fights = list('have having had has start started caused sparked');
const loud = list(
  'terrible huge blazing bitter diplomatic furious public political family almighty heated',
);
const quarrel = list('about over with between erupted broke');
const row: WordRule = (sentence, index, role) => {
  if (role === 'VERB' || wordAfter(sentence, index) === 'of') return 'DEFAULT';
  const previous = wordBefore(sentence, index);
  const hasOne = previous === 'a' && fights.has(wordBefore(sentence, index, 2));
  const isAbout =
    quarrel.has(wordAfter(sentence, index)) &&
    !/^(front|back|first|last|second|top|bottom|each|every)$/.test(previous);
  return hasOne || loud.has(previous) || isAbout ? 'QUARREL' : 'DEFAULT';
};

const onAir = list(
  'go goes going went broadcast streamed stream streaming watch perform performed recorded aired seen play plays played airing online',
);
const live: WordRule = (sentence, index, role) => {
  if (onAir.has(wordBefore(sentence, index))) return 'DEFAULT';
  return role === 'ADV' || role === 'ADJ' ? 'DEFAULT' : role;
};

const ailing = list('old poor elderly lifelong wealthy bedridden');
const invalid: WordRule = (sentence, index) => {
  const previous = wordBefore(sentence, index);
  if (ailing.has(previous)) return 'NOUN';
  const isAlone =
    wordAfter(sentence, index) === '' || /^(VERB|AUX|ADP)$/.test(sentence.tags[index + 1] ?? '');
  return /^(an|the)$/.test(previous) && isAlone ? 'NOUN' : 'DEFAULT';
};

const chopping = list(
  'wood chop chopping lumberjack fireman firemen hatchet battle ice swing tree sharp',
);
const axes: WordRule = (sentence) => (mentions(sentence, chopping) ? 'VERB' : 'DEFAULT');

const scholar = list(
  'friend professor judge colleague society counsel scholar man men gentleman journal treatise',
);
const learned: WordRule = (sentence, index) =>
  scholar.has(wordAfter(sentence, index)) && !classes.pronouns.has(wordBefore(sentence, index))
    ? 'ADJ'
    : 'DEFAULT';

const relatives = list(
  'man woman men women mother father parents grandmother grandfather couple relative relatives people',
);
const aged: WordRule = (sentence, index) => {
  const next = wordAfter(sentence, index);
  const isGroup = wordBefore(sentence, index) === 'the' && next === '';
  return relatives.has(next) || isGroup ? 'ADJ' : 'DEFAULT';
};

const blessed: WordRule = (sentence, index) =>
  classes.determiners.has(wordBefore(sentence, index)) ? 'ADJ' : 'DEFAULT';

const places = list('in from to near at of outside around visit visited via through');
/** Reading and Nice, the towns: capital letter inside a sentence, behind a word of place. */
const town: WordRule = (sentence, index) => {
  const isName = index > 0 && /^[A-Z][a-z]/.test(sentence.written[index] ?? '');
  return isName && places.has(wordBefore(sentence, index)) ? 'PLACE' : 'DEFAULT';
};

const deserts: WordRule = (sentence, index) =>
  wordBefore(sentence, index) === 'just' ? 'VERB' : undefined;

const against: WordRule = (sentence, index, role) =>
  wordAfter(sentence, index) === 'against' && !classes.determiners.has(wordBefore(sentence, index))
    ? 'VERB'
    : role;

const winding = list('through around along up down back its');
const wind: WordRule = (sentence, index, role) =>
  role === 'NOUN' &&
  winding.has(wordAfter(sentence, index)) &&
  /[^su'i]s$/.test(wordBefore(sentence, index))
    ? 'VERB'
    : role;

export const wordRules: Readonly<Record<string, WordRule>> = {
  aged,
  axes,
  bass,
  blessed,
  bow,
  bows: bow,
  close,
  deserts,
  dove,
  invalid,
  lead,
  leads: lead,
  learned,
  live,
  minute,
  nice: town,
  protest: against,
  read,
  reading: town,
  rebel: against,
  reread: read,
  row,
  rows: row,
  tear,
  tears: tear,
  use,
  used,
  wind,
  wound,
};
