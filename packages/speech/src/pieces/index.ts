export { modelSpeed } from './pace.ts';
export {
  type PhonemisedWord,
  type Piece,
  type PieceEnd,
  type PieceWord,
  splitPieces,
} from './split-pieces.ts';
