export * from './assets/index.ts';
export * from './audio/index.ts';
export * from './model/index.ts';
export { type Locale, type NormalisedText, normalise, type SpokenWord } from './normalise/index.ts';
export type { MakePieces, PieceTask } from './piece-feed.ts';
export {
  NothingToSay,
  Speaker,
  type Speech,
  type SpeechChunk,
  type SpeechRequest,
} from './speak.ts';
export type { TimedWord } from './timeline.ts';
export { type StockVoice, stockVoices } from './voices/stock-voices.ts';
