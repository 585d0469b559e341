export {
  frameSamples,
  type KokoroModel,
  openKokoro,
  type PieceAudio,
  type PieceInput,
  sampleRate,
} from './kokoro.ts';
export { melDistanceDecibels } from './mel-distance.ts';
export {
  kokoroPaths,
  type PreparedKokoro,
  type PrepareOptions,
  prepareKokoro,
  type VariantReport,
} from './prepare.ts';
export { melGateDecibels, opinionMargin } from './quality-gate.ts';
export { openQualityJudge } from './speech-quality.ts';
export { isVariant, type Variant, variants } from './variants.ts';
export { isPhoneme, tokenise, UnknownPhoneme } from './vocabulary.ts';
export { loadVoicePack, maxTokens, styleSize, type VoicePack } from './voice-pack.ts';
