import { stretchTime } from './audio/index.ts';
import type { PieceAudio } from './model/index.ts';

/** The same piece `factor` times as long: each token lasts longer by as much. */
export function stretchPiece({ samples, tokenFrames }: PieceAudio, factor: number): PieceAudio {
  if (factor === 1) return { samples, tokenFrames };
  return {
    samples: stretchTime(samples, factor),
    tokenFrames: tokenFrames.map((frames) => frames * factor),
  };
}
