import type { PieceAudio } from './model/index.ts';
import type { Piece } from './pieces/index.ts';

/** All that the sound of a piece depends on, besides the model. */
export interface PieceTask {
  /** One character is one token. */
  phonemes: string;
  /** Id of a voice pack. */
  voice: string;
  speed: number;
}

/** Makes the pieces of a text, in order. It may read ahead, and have some of them made elsewhere. */
export type MakePieces = (tasks: Iterator<PieceTask>) => AsyncGenerator<PieceAudio, void, void>;

/** The pieces of a text between those who make and those who join them: the former may be ahead. */
export class PieceFeed {
  readonly #pieces: Iterator<Piece>;
  /** Handed out to be made, and at most one more. */
  readonly #read: Piece[] = [];
  #handedOut = 0;

  constructor(pieces: Iterator<Piece>) {
    this.#pieces = pieces;
  }

  *tasks({ voice, speed }: Omit<PieceTask, 'phonemes'>): Generator<PieceTask, void, void> {
    for (;;) {
      const piece = this.#at(this.#handedOut);
      if (!piece) return;
      this.#handedOut += 1;
      yield { phonemes: piece.phonemes, voice, speed };
    }
  }

  /** The next piece, which has been made. */
  take(): Piece {
    const piece = this.#read.shift();
    if (!piece) throw new Error('a piece was made that nobody asked for');
    this.#handedOut -= 1;
    return piece;
  }

  get isEmpty(): boolean {
    return this.#at(0) === undefined;
  }

  #at(index: number): Piece | undefined {
    if (index === this.#read.length) {
      const next = this.#pieces.next();
      if (!next.done) this.#read.push(next.value);
    }
    return this.#read[index];
  }
}
