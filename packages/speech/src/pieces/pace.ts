/**
 * The slowest engine whose listeners hear no gap, in seconds of work for a second of audio: a piece
 * may take as long to make as what came before it still plays. It is a choice and not measured, so
 * that the same text is cut in the same places on every machine.
 */
export const slowestRealTimeFactor = 0.7;

/**
 * The speed that the model is asked for. Below its own pace it says sounds that are not written ("Stop." is
 * heard as "and stop"): what is to be slower is made at that pace and stretched.
 */
export function modelSpeed(speed: number): number {
  return Math.max(1, speed);
}

/**
 * How much there is to hear once `made` more has been made of a text by such an engine, while what
 * there was has been playing. Both in seconds, or both in tokens.
 */
export function addUnheard(unheard: number, made: number): number {
  return Math.max(0, unheard - made * slowestRealTimeFactor) + made;
}
