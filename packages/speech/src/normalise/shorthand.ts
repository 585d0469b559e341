/** What people type for words, in small letters. */
const SHORTHAND = new Map(
  Object.entries({
    b4: 'before',
    gr8: 'great',
    l8: 'late',
    l8r: 'later',
    m8: 'mate',
    w8: 'wait',
    h8: 'hate',
    str8: 'straight',
    '2day': 'today',
    '2moro': 'tomorrow',
    '2nite': 'tonight',
    '4ever': 'forever',
    ppl: 'people',
    pls: 'please',
    plz: 'please',
    thx: 'thanks',
    tmrw: 'tomorrow',
    msg: 'message',
    msgs: 'messages',
    mtg: 'meeting',
    lmk: 'let me know',
    fwd: 'forward',
    bldg: 'building',
    Se7en: 'Seven',
  }),
);

/** "gr8" → "great", "thx" → "thanks"; nothing for other words. */
export function expandShorthand(word: string): string | undefined {
  return (
    SHORTHAND.get(word) ??
    SHORTHAND.get(word.replace(/^[A-Z](?=[a-z])/, (first) => first.toLowerCase()))
  );
}
