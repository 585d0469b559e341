/** Closed classes of English words, lower case, that tell what may stand beside them. */
const words = (list: string): ReadonlySet<string> => new Set(list.split(/\s+/));

export const modals = words(
  `will would can could may might must shall should cannot can't won't wouldn't couldn't shouldn't
  mightn't mustn't shan't needn't gonna wanna gotta i'll you'll he'll she'll it'll we'll they'll
  that'll who'll i'd you'd he'd she'd we'd they'd`,
);
export const doForms = words("do does did don't doesn't didn't");
export const beForms = words(
  `am is are was were be been being isn't aren't wasn't weren't i'm you're we're they're he's she's
  it's that's what's there's who's become becomes became seem seems seemed look looks looked feel
  feels felt stay stays stayed remain remains remained keep keeps kept`,
);
export const haveForms = words(
  `have has had having haven't hasn't hadn't i've you've we've they've who've should've could've
  would've he's she's it's`,
);
export const determiners = words(
  `the a an this these those my your his her its our their some any no every each another either
  neither what which whose both several many few enough one's all much most such other own same`,
);
export const objectStarters = words(
  `the a an this that these those my your his her its our their some any no every each all both me
  him it us them you one two three four five six seven eight nine ten twenty several many everything something anything nothing everyone someone anyone`,
);
export const indefinitePronouns = words(
  'nobody somebody anybody everybody someone anyone everyone nothing something everything',
);
export const subjectPronouns = words('i we they he she who');
export const relatives = words('that which who');
export const prepositions = words(
  `of in on for with without by from at into about under over per via through against between during
  onto upon within beyond despite regarding towards toward behind`,
);
export const pronouns = words(
  `i we they he she it you me him her us them who anyone anybody someone somebody everyone everybody
  nobody`,
);
export const irregularPlurals = words(
  'people police children men women teeth feet geese mice cattle staff fish sheep both all most some many few others',
);
export const adverbs = words(
  `not never always also often just even still soon now then ever already really sometimes usually
  rarely seldom only again almost probably perhaps maybe both quickly once twice rather simply well`,
);
export const clauseStarters = words('and or but then please so first next now also just when if');

/** Past forms that do not end in -ed and cannot be the present. */
const irregularPast = words(
  `was were went had said did came saw took gave got found made knew thought told became left felt
  brought began kept held wrote stood heard met ran paid sat spoke grew lost fell sent built
  understood drew broke spent rose drove bought wore chose ate slept sang flew threw woke won taught
  caught fought sold`,
);

export const isPastForm = (word: string): boolean =>
  irregularPast.has(word) || (word.length > 4 && word.endsWith('ed'));

/** A plural noun or the -s form of a verb, by its looks. */
export const isPlural = (word: string): boolean =>
  irregularPlurals.has(word) || /[^su'i]s$/.test(word);
