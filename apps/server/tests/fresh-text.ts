const words =
  'amber basil cedar delta ember fable grove haven ivory jolly karma lemon mango noble ocean pearl quiet river solar tulip urban velvet willow yellow'.split(
    ' ',
  );

/** A short sentence that nobody has asked for yet. */
export function freshText(): string {
  const pick = () => words[Math.floor(Math.random() * words.length)];
  return `Say ${pick()}, ${pick()}, ${pick()} and ${pick()}.`;
}
