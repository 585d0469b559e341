const STARTERS = new Set(
  (
    'The A An He She It They We You This That These Those There Then But And So In On At If When While After ' +
    'Before However My His Her Its Our Your Their What Who Why How Where Which Whose Not No Nobody Nothing Yes As For With To From By Is ' +
    'Are Was Were Do Does Did Can Could Would Should Will May Please Next Now Later Here Some Many Most All Both Each Every Once Since ' +
    "Although Because Meanwhile Still Also Perhaps Maybe Let Let's It's He's She's That's There's I'm I've I'd I'll We're We'll We've " +
    "You're You'll They're They'll Don't Isn't Or Nor Yet Just Even Only Such Today Tomorrow Yesterday Finally First Second Instead " +
    'Unless Until Though Through During Despite Under Over Between Among Without Within One Two Three Several Few Others Another ' +
    'Everyone Everything Someone Something Anyone Therefore Thus Moreover Furthermore Nevertheless Indeed Sometimes Often Never Always'
  ).split(' '),
);

const WORD = /[ \u2028“"'(]{1,4}([\p{Lu}][\p{L}']{0,30})/uy;

/** How likely the text at `at` starts a sentence: a typical first word, any capital, or neither. */
export function sentenceStartAt(text: string, at: number): 'starter' | 'capital' | 'none' {
  WORD.lastIndex = at;
  const word = WORD.exec(text)?.[1];
  if (word === undefined) return 'none';
  // "I" begins a sentence unless it is the initial of a name (I. M. Pei).
  if (word === 'I') return text.charAt(WORD.lastIndex) === '.' ? 'capital' : 'starter';
  return STARTERS.has(word) ? 'starter' : 'capital';
}
