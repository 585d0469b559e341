export {
  type PhonemisedWord,
  type Piece,
  type PieceEnd,
  type PieceWord,
  splitPieces,
} from './split-pieces.ts';
