import { modelSpeed } from '@voiceflow/speech/pace';
import type { SpeechSpec } from './job.ts';

/** Until something has been measured: a fast core makes 60 characters in a second. */
const assumedSecondsPerCharacter = 1 / 60;
/** What a speech costs beside its text, as so many characters. */
const overheadCharacters = 10;
/** Weight of the newest speech in the moving average. */
const smoothing = 0.1;

/** How long a speech keeps a worker busy, by what those before it took. */
export class ComputeEstimate {
  #secondsPerCharacter = assumedSecondsPerCharacter;

  expectedSeconds(spec: SpeechSpec): number {
    return charactersOf(spec) * this.#secondsPerCharacter;
  }

  learn(spec: SpeechSpec, computeSeconds: number): void {
    const measured = computeSeconds / charactersOf(spec);
    this.#secondsPerCharacter += smoothing * (measured - this.#secondsPerCharacter);
  }
}

/** At the voice's own pace: fast speech is less to make. */
function charactersOf({ text, speed }: SpeechSpec): number {
  return (text.length + overheadCharacters) / modelSpeed(speed);
}
