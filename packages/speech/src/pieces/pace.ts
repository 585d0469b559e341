/**
 * The slowest engine whose listeners hear no gap, in seconds of work for a second of audio: a piece
 * may take as long to make as what came before it still plays. It is a choice and not measured, so
 * that the same text is cut in the same places on every machine.
 */
export const slowestRealTimeFactor = 0.7;

/**
 * Between these the model says what is written. More slowly it adds sounds ("Stop." is heard as "and
 * stop"), faster it swallows them: of 116 words at speed 2 a recogniser missed 40, of the same made at
 * 1.25 and shortened 2.
 */
const slowestModelSpeed = 1;
const fastestModelSpeed = 1.25;

/** The speed that the model is asked for; what it makes is stretched or shortened to the speed that is wanted. */
export function modelSpeed(speed: number): number {
  return Math.min(Math.max(speed, slowestModelSpeed), fastestModelSpeed);
}

/**
 * How much there is to hear once `made` more has been made of a text by such an engine, while what
 * there was has been playing. Both in seconds, or both in tokens.
 */
export function addUnheard(unheard: number, made: number): number {
  return Math.max(0, unheard - made * slowestRealTimeFactor) + made;
}
