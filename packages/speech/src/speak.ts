import { hash } from 'node:crypto';
import { join } from 'node:path';
import { PieceJoiner } from './audio/index.ts';
import { fingerprintEngine } from './fingerprint-engine.ts';
import {
  type KokoroModel,
  loadVoicePack,
  openKokoro,
  type PieceAudio,
  tokenise,
  type VoicePack,
} from './model/index.ts';
import { type Locale, normalise, type SpokenWord } from './normalise/index.ts';
import { type Lexicon, loadLexicon, phonemise } from './phonemes/index.ts';
import { type MakePieces, PieceFeed, type PieceTask } from './piece-feed.ts';
import { modelSpeed, type PhonemisedWord, type PieceEnd, splitPieces } from './pieces/index.ts';
import { stretchPiece } from './stretch-piece.ts';
import { type TimedWord, Timeline } from './timeline.ts';

/** The next stretch of audio: 24 kHz mono float32, and the words that were said in its piece. */
export interface SpeechChunk {
  samples: Float32Array;
  words: TimedWord[];
  /** UTF-16 offset in the source up to which everything has been said */
  sourceEnd: number;
}

export interface Speech {
  /** The text as it is said, numbers and symbols in words */
  normalisedText: string;
  /** Each piece's audio as soon as it is made. Leaving the loop, or the signal, stops the work. */
  chunks: AsyncGenerator<SpeechChunk, void, void>;
  /** Words that have no pronunciation here (other scripts), known once `chunks` has ended */
  unspokenWords: readonly string[];
}

export interface SpeechRequest {
  text: string;
  /** Id of a voice pack in the models directory, e.g. `af_heart` */
  voice: string;
  /** 0.5 to 2; 1 is the voice's own pace */
  speed: number;
  locale: Locale;
  /**
   * What ended right before this text, where it goes on with one that is being heard: the pause
   * behind that comes first.
   */
  follows?: PieceEnd | undefined;
  /** Of that, made and not heard yet: the first piece need not be short where there is enough. */
  unheardSeconds?: number | undefined;
}

/** The text holds nothing that can be said: only punctuation, symbols or foreign scripts. */
export class NothingToSay extends Error {
  override name = 'NothingToSay';
}

/**
 * From sound to sound behind a piece, at speed 1: about what the model itself leaves inside one
 * (0.4 to 0.5 s after a full stop, 0.25 s after a colon, 0.1 to 0.2 s after a comma).
 */
const pauseSeconds: Record<PieceEnd, number> = {
  paragraph: 0.8,
  sentence: 0.45,
  clause: 0.25,
  comma: 0.15,
  word: 0,
};

/**
 * The whole engine: text in, audio out. A piece is computed when its chunk is asked for, in a thread
 * of the model's own: the process goes on with everything else meanwhile.
 */
export class Speaker {
  readonly #model: KokoroModel;
  readonly #id: string;
  readonly #modelsDir: string;
  readonly #lexicons = new Map<Locale, Promise<Lexicon>>();
  readonly #voices = new Map<string, Promise<VoicePack>>();

  private constructor(model: KokoroModel, id: string, modelsDir: string) {
    this.#model = model;
    this.#id = id;
    this.#modelsDir = modelsDir;
  }

  /**
   * @param options.modelsDir where the voice packs and dictionaries lie
   * @param options.modelFile the file that `prepareKokoro` chose
   */
  static async open(options: {
    modelsDir: string;
    modelFile: string;
    threads: number;
  }): Promise<Speaker> {
    const [model, fingerprint] = await Promise.all([openKokoro(options), fingerprintEngine()]);
    const id = hash('sha256', model.id + fingerprint, 'hex');
    return new Speaker(model, id, options.modelsDir);
  }

  /** Same id, same request: same samples, bit for bit. Names the model and what reads for it. */
  get modelId(): string {
    return this.#id;
  }

  /** What files say they were made by. */
  get modelName(): string {
    return `Kokoro-82M (${this.#model.id.slice(0, 12)})`;
  }

  /**
   * Starts to say a text. Nothing is computed by the model before the first chunk is asked for.
   * @param makePieces makes what `makePiece` makes of each piece; that is what happens without it
   * @throws NothingToSay
   */
  async speak(
    request: SpeechRequest,
    signal?: AbortSignal,
    makePieces: MakePieces = (tasks) => this.#makeInTurn(tasks),
  ): Promise<Speech> {
    const [lexicon] = await Promise.all([
      this.#lexicon(request.locale),
      this.#voice(request.voice),
    ]);
    const { text: normalisedText, words } = normalise(request.text, { locale: request.locale });
    const unspokenWords: string[] = [];
    const pieces = splitPieces(phonemiseSentences(words, lexicon, unspokenWords), {
      speed: request.speed,
      unheardSeconds: request.unheardSeconds ?? 0,
    });
    const first = pieces.next();
    if (first.done) throw new NothingToSay('nothing in the text can be said');
    const feed = new PieceFeed(prepend(first.value, pieces));
    const made = makePieces(feed.tasks(request));
    return { normalisedText, chunks: joinPieces({ feed, made, request, signal }), unspokenWords };
  }

  /** The sound of one piece. Same model, same task: same samples. */
  async makePiece({ phonemes, voice, speed }: PieceTask): Promise<PieceAudio> {
    const pack = await this.#voice(voice);
    const tokens = tokenise(phonemes);
    const madeAt = modelSpeed(speed);
    const style = pack.style(tokens.length);
    return stretchPiece(await this.#model.run({ tokens, style, speed: madeAt }), madeAt / speed);
  }

  close(): Promise<void> {
    return this.#model.close();
  }

  async *#makeInTurn(tasks: Iterator<PieceTask>): AsyncGenerator<PieceAudio, void, void> {
    for (let task = tasks.next(); !task.done; task = tasks.next()) {
      yield await this.makePiece(task.value);
    }
  }

  #lexicon(locale: Locale): Promise<Lexicon> {
    return remember(this.#lexicons, locale, () =>
      loadLexicon(join(this.#modelsDir, 'lexicon'), locale),
    );
  }

  #voice(id: string): Promise<VoicePack> {
    return remember(this.#voices, id, () =>
      loadVoicePack(join(this.#modelsDir, 'voices', `${id}.bin`)),
    );
  }
}

async function* joinPieces({
  feed,
  made,
  request,
  signal,
}: {
  feed: PieceFeed;
  made: AsyncGenerator<PieceAudio, void, void>;
  request: SpeechRequest;
  signal: AbortSignal | undefined;
}): AsyncGenerator<SpeechChunk, void, void> {
  const { text, speed, follows } = request;
  const joiner = new PieceJoiner();
  const timeline = new Timeline(text, { stretch: modelSpeed(speed) / speed });
  let pause = joiner.pause(follows ? pauseSeconds[follows] / speed : 0);
  signal?.throwIfAborted();
  for await (const audio of made) {
    signal?.throwIfAborted();
    const piece = feed.take();
    const joined = joiner.push(audio.samples, {
      pauseAfterSeconds: feed.isEmpty ? 0 : pauseSeconds[piece.end] / speed,
    });
    const words = timeline.place(piece, audio, joined);
    const rest = feed.isEmpty ? joiner.flush() : noSamples;
    const samples = concatenate(pause, joined.samples, rest);
    pause = noSamples;
    yield { samples, words, sourceEnd: timeline.sourceEnd };
    signal?.throwIfAborted();
  }
}

function remember<K, V>(known: Map<K, Promise<V>>, key: K, load: () => Promise<V>): Promise<V> {
  const found = known.get(key);
  if (found) return found;
  const loading = load();
  known.set(key, loading);
  loading.catch(() => known.delete(key));
  return loading;
}

function* prepend<T>(first: T, rest: Iterable<T>): Generator<T> {
  yield first;
  yield* rest;
}

function* phonemiseSentences(
  words: readonly SpokenWord[],
  lexicon: Lexicon,
  unspokenWords: string[],
): Generator<PhonemisedWord[]> {
  for (const sentence of sentencesOf(words)) {
    const phonemes = phonemise(sentence, lexicon);
    const spoken: PhonemisedWord[] = [];
    for (const [index, word] of sentence.entries()) {
      if (phonemes[index] === '') unspokenWords.push(word.spoken);
      else spoken.push({ word, phonemes: phonemes[index] });
    }
    if (spoken.length > 0) yield closeSentence(spoken, sentence);
  }
}

function* sentencesOf(words: readonly SpokenWord[]): Generator<SpokenWord[]> {
  let from = 0;
  for (const [index, word] of words.entries()) {
    if (word.breakAfter === undefined && index < words.length - 1) continue;
    yield words.slice(from, index + 1);
    from = index + 1;
  }
}

/** When the last word of a sentence cannot be said, the one before it inherits the sentence's end. */
function closeSentence(
  spoken: PhonemisedWord[],
  sentence: readonly SpokenWord[],
): PhonemisedWord[] {
  const last = spoken[spoken.length - 1];
  const end = sentence[sentence.length - 1];
  if (last.word === end || end.breakAfter === undefined) return spoken;
  const word = { ...last.word, after: end.after, breakAfter: end.breakAfter };
  return [...spoken.slice(0, -1), { ...last, word }];
}

const noSamples = new Float32Array();

function concatenate(...parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
