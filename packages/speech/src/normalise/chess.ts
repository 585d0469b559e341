import { type Match, type Matcher, matchAt, type Scan, sayToken, type Token } from './scan.ts';
import { verbaliseInteger } from './verbalise-number.ts';

const PIECES = new Map([
  ['K', 'king'],
  ['Q', 'queen'],
  ['R', 'rook'],
  ['B', 'bishop'],
  ['N', 'knight'],
]);
const MOVE = /([KQRBN])?([a-h])?([1-8])?(x)?([a-h])([1-8])(?:=([QRBN]))?([+#])?(?![\p{L}\d=+#])/uy;
const CASTLING = /O-O(-O)?([+#])?(?![\p{L}\d-])/uy;
/** No word, sum or product looks like these. */
const UNMISTAKABLE = /^(?:[KQRBN][a-h]?[1-8]?x|[a-h]x[a-h][1-8]|[KQRBN][a-h][1-8][+#]$)/;
/** "2. Nf3", "14...Rxd4", "3. Bb5 a6" */
const NUMBERED =
  /(?:^|[^\p{L}\d])\d{1,3}(?:[.,]|\.\.\.) ?(?:[KQRBN]?[a-h]?[1-8]?x?[a-h][1-8]|O-O)(?![\p{L}\d])/u;
const MOVE_NUMBER =
  /(\d{1,3})(?:\.\.\.|\.)(?= ?(?:[KQRBN]?[a-h]?[1-8]?x?[a-h][1-8]|O-O)(?![\p{L}\d]))/uy;
const REACH = 24;
const ENDINGS = new Map([
  ['+', 'check'],
  ['#', 'mate'],
]);

/** "Nf3" → "knight F three", "Qxf7#" → "queen takes F seven mate", "O-O" → "castles". */
export const matchChessMove: Matcher = (scan, at) => {
  const castling = scan.text.charAt(at) === 'O' ? matchAt(CASTLING, scan, at) : null;
  if (castling !== null) {
    const [written, long, ending] = castling;
    return sayMove(at, written, long === undefined ? 'castles' : 'castles long', ending);
  }
  const match = matchAt(MOVE, scan, at);
  if (match === null || !isGame(scan, at, match[0])) return undefined;
  const [written, piece, file, rank, takes, column, row, promoted, ending] = match;
  const words = [
    PIECES.get(piece ?? ''),
    file?.toUpperCase(),
    rank === undefined ? undefined : verbaliseInteger(rank, scan.locale),
    takes === undefined ? undefined : 'takes',
    column.toUpperCase(),
    verbaliseInteger(row, scan.locale),
    PIECES.get(promoted ?? ''),
  ];
  return sayMove(at, written, words.filter((word) => word !== undefined).join(' '), ending);
};

/** The stop of "2. Nf3" ends no sentence. */
export const matchMoveNumber: Matcher = (scan, at) => {
  const match = matchAt(MOVE_NUMBER, scan, at);
  if (match === null) return undefined;
  const spoken = verbaliseInteger(match[1], scan.locale);
  return sayToken(at, at + match[0].length, spoken, { period: 'inner' });
};

function sayMove(at: number, written: string, words: string, ending: string | undefined): Match {
  const spoken = [words, ENDINGS.get(ending ?? '')].filter((part) => part !== undefined).join(' ');
  const token: Token = { start: at, end: at + written.length, spoken, letters: true };
  return { end: token.end, tokens: [{ ...token, pauseAfter: true }] };
}

/** Squares are also sizes of paper and vitamins: a move has another one near, or a number in front. */
function isGame(scan: Scan, at: number, written: string): boolean {
  if (UNMISTAKABLE.test(written)) return true;
  return NUMBERED.test(scan.text.slice(Math.max(0, at - REACH), at + written.length));
}
