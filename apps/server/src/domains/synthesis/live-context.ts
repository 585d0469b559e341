import { addUnheard } from '@voiceflow/speech/pace';
import type { TextPart } from '@voiceflow/speech/parts';
import type { Actor, Context } from '../../platform/context.ts';
import { DomainError } from '../../platform/errors.ts';
import { callerGoneStatus, statusOf } from '../../platform/http/index.ts';
import { createId, formatId } from '../../platform/ids.ts';
import { requirePermission, type TeamActor } from '../teams/index.ts';
import { resolveVoice } from '../voices/index.ts';
import { contextClosed, teamLost, tooMuchText } from './errors.ts';
import type { SpeechSpec } from './job.ts';
import { LiveBooks } from './live-books.ts';
import { type OpenMessage, sampleRateOf } from './live-schema.ts';
import { openAiVoices } from './openai-names.ts';
import type { FoundSpeech, SpeechOwner } from './speech-maker.ts';
import {
  type SynthesisServices,
  specOf,
  takeTokenBudget,
  warningsFor,
} from './speech-preparation.ts';
import { countCharacters } from './speech-text.ts';
import { presentWords } from './timestamps.ts';

/** Text that waits to be said; more is refused until some of it has been. */
const maxHeldUnits = 20_000;
/** Of audio in one message: so little that a slow reader can be interrupted soon. */
const maxChunkBytes = 16 * 1024;

/** With so much to hear, what comes next is cut no shorter. */
const maxUnheardSeconds = 10;

export type ServerMessage = { readonly type: string; readonly [field: string]: unknown };

export type Command =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'flush' }
  | { readonly type: 'close' };

interface LiveContextOptions {
  readonly services: SynthesisServices;
  /** Who opens it, once their credential and their limits have let them. */
  readonly admit: () => Promise<Context>;
  /** Who goes on with it. */
  readonly recheck: () => Promise<Context>;
  readonly message: OpenMessage;
  /** Resolves once the connection takes more. */
  readonly send: (message: ServerMessage) => Promise<void>;
}

/** Who speaks, and how. */
interface Speaking {
  readonly ctx: Context;
  readonly actor: TeamActor;
  readonly owner: SpeechOwner;
  /** Without text. */
  readonly spec: SpeechSpec;
  readonly books: LiveBooks;
}

/**
 * One text that arrives piece by piece and is said as it comes. What is certain of it by now is made
 * and sent part by part, each once the one before has been taken, so that a slow reader slows the
 * work down. It comes onto the books once, at its end.
 */
export class LiveContext {
  /**
   * Resolves when it is on the books, said to its end or cancelled.
   * @throws DomainError what ended it
   */
  readonly ended: Promise<void>;
  private readonly options: LiveContextOptions;
  private readonly commands: Command[] = [];
  private readonly stop = new AbortController();
  private wake: () => void = () => {};
  private heldUnits = 0;
  private closed = false;
  private waiting = false;
  private sentBytes = 0;
  private follows: SpeechSpec['follows'];
  /** By an engine that is as slow as may be: equal texts are cut into equal pieces. */
  private unheardSeconds = 0;
  private playsUntilMs = 0;

  constructor(options: LiveContextOptions) {
    this.options = options;
    this.ended = this.run();
  }

  /** It has nothing to say, and waits for text. */
  get isWaiting(): boolean {
    return this.waiting;
  }

  get isClosed(): boolean {
    return this.closed;
  }

  /** @throws DomainError when it takes no more, or not that much at once */
  add(command: Command): void {
    if (this.closed) throw contextClosed();
    const units = unitsOf(command);
    if (this.heldUnits + units > maxHeldUnits) throw tooMuchText(maxHeldUnits);
    this.heldUnits += units;
    this.closed = command.type === 'close';
    this.commands.push(command);
    this.wake();
  }

  /** From now on nothing more is sent of it. */
  cancel(): void {
    this.closed = true;
    this.stop.abort(new Error('the context was cancelled'));
    this.wake();
  }

  private async run(): Promise<void> {
    let speaking: Speaking | undefined;
    let actor: Actor | null = null;
    let status = 200;
    try {
      const ctx = await this.options.admit();
      actor = ctx.actor;
      speaking = await this.open(ctx);
      await this.follow(speaking);
      await speaking.books.complete();
      await this.tell('done', speaking.books.totals);
    } catch (error) {
      const { aborted } = this.stop.signal;
      status = aborted ? callerGoneStatus : statusOf(error);
      this.closed = true;
      await speaking?.books.giveUp();
      if (!aborted) throw error;
    } finally {
      this.options.services.metrics.count(status, actor);
    }
  }

  private async open(ctx: Context): Promise<Speaking> {
    const { message, services } = this.options;
    const actor = requirePermission(ctx.actor, 'speech.create');
    const voice = resolveVoice(message.voice, openAiVoices);
    const { speed, format, language } = message;
    const sampleRate = sampleRateOf(message);
    const input = { text: '', trimmedUnits: 0, voice: voice.id, speed, format, sampleRate };
    const spec = specOf(language ? { ...input, language } : input, voice);
    const owner = { id: actor.teamId, ...(await services.allowances.of(actor.teamId)) };
    const generationId = createId();
    await this.tell('opened', {
      generation_id: formatId('generation', generationId),
      format,
      sample_rate: sampleRate,
      warnings: warningsFor(voice),
    });
    return {
      ctx,
      actor,
      owner,
      spec,
      books: new LiveBooks(services, ctx, { actor, generationId, spec }),
    };
  }

  /** Says what comes until the text is closed. */
  private async follow(speaking: Speaking): Promise<void> {
    const { TextParts } = await import('@voiceflow/speech/parts');
    const parts = new TextParts({ locale: speaking.spec.locale });
    for (;;) {
      const command = await this.next();
      const certain = command.type === 'text' ? parts.push(command.text) : parts.flush();
      for (const part of certain) await this.say(part, speaking);
      if (command.type === 'close') return;
      if (command.type === 'flush') await this.tell('flushed', {});
      this.heldUnits -= unitsOf(command);
    }
  }

  private async next(): Promise<Command> {
    for (;;) {
      this.stop.signal.throwIfAborted();
      const command = this.commands.shift();
      if (command) return command;
      this.waiting = true;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
      this.waiting = false;
    }
  }

  private async say(part: TextPart, speaking: Speaking): Promise<void> {
    const { services } = this.options;
    const { ctx, actor, owner, books } = speaking;
    const text = part.text.trim();
    if (text === '') return;
    await this.requireStillAdmitted(speaking);
    if (performance.now() > this.playsUntilMs) this.unheardSeconds = 0;
    const unheardSeconds = Math.min(maxUnheardSeconds, Math.floor(this.unheardSeconds));
    const spec = { ...speaking.spec, text, follows: this.follows, unheardSeconds };
    const characters = countCharacters(text);
    await books.reserve(characters);
    const settleBudget = await takeTokenBudget(services, actor, {
      characters,
      speed: spec.speed,
    });
    let said = { characters: 0, audioSeconds: 0, computeSeconds: 0 };
    try {
      const startedMs = performance.now();
      const { requestId, traceparent } = ctx;
      const found = await services.maker.obtain(owner, spec, {
        requestId,
        traceparent,
        exactly: false,
        live: true,
      });
      services.metrics.found(found.cache);
      try {
        await this.send(part, found, startedMs);
      } catch (error) {
        if (this.stop.signal.aborted) said = countSaid(spec, found);
        throw error;
      }
      said = countSaid(spec, found);
      this.follows = part.end;
      this.hear(said.audioSeconds);
    } catch (error) {
      // A part may hold nothing but symbols, and the text go on behind it.
      if (!(error instanceof DomainError && error.code === 'nothing_to_say')) throw error;
    } finally {
      books.add(said);
      await settleBudget(said);
    }
  }

  /** A text may go on for long after its key was revoked, or its person removed from the team. */
  private async requireStillAdmitted({ owner }: Speaking): Promise<void> {
    const { actor } = await this.options.recheck();
    if (requirePermission(actor, 'speech.create').teamId !== owner.id) throw teamLost();
  }

  private hear(audioSeconds: number): void {
    this.unheardSeconds = addUnheard(this.unheardSeconds, audioSeconds);
    this.playsUntilMs = Math.max(performance.now(), this.playsUntilMs) + 1000 * audioSeconds;
  }

  /** The words before the audio in which they are heard, with places and times in the whole text. */
  private async send(part: TextPart, found: FoundSpeech, startedMs: number): Promise<void> {
    const { services, message } = this.options;
    const { words: wantsWords } = message;
    const trimmedUnits = part.start + part.text.length - part.text.trimStart().length;
    const startSeconds = this.sentBytes / bytesPerSecond(message);
    const known = found.cache === 'hit' ? found.speech.details.words : found.flight.words;
    let toldWords = 0;
    for await (const chunk of readFound(found, this.stop.signal)) {
      if (this.sentBytes === 0) {
        services.metrics.firstAudio(found.cache, (performance.now() - startedMs) / 1000);
      }
      const words = wantsWords ? known.slice(toldWords) : [];
      toldWords += words.length;
      const heard = words.map((word) => ({
        ...word,
        startSeconds: startSeconds + word.startSeconds,
        endSeconds: startSeconds + word.endSeconds,
      }));
      if (heard.length > 0)
        await this.tell('words', { words: presentWords(heard, { trimmedUnits }) });
      for (let at = 0; at < chunk.length; at += maxChunkBytes) {
        const bytes = chunk.subarray(at, at + maxChunkBytes);
        this.sentBytes += bytes.length;
        await this.tell('audio', { audio: bytes.toString('base64') });
      }
    }
    this.stop.signal.throwIfAborted();
  }

  private async tell(type: string, fields: Record<string, unknown>): Promise<void> {
    this.stop.signal.throwIfAborted();
    const { send, message } = this.options;
    await send({ type, context_id: message.context_id, ...fields });
  }
}

async function* readFound(found: FoundSpeech, signal: AbortSignal): AsyncGenerator<Buffer> {
  if (found.cache === 'hit') {
    const body = found.speech.body('live');
    if (Buffer.isBuffer(body)) yield body;
    else yield* body;
    return;
  }
  const reader = found.flight.join({ eager: false });
  const leave = () => reader.leave();
  signal.addEventListener('abort', leave, { once: true });
  try {
    if (signal.aborted) leave();
    yield* reader.read();
  } finally {
    signal.removeEventListener('abort', leave);
    reader.leave();
  }
}

/** What has been made of a part by now. */
function countSaid({ text }: SpeechSpec, found: FoundSpeech) {
  if (found.cache === 'hit') {
    const { audioSeconds } = found.speech.details;
    return { characters: countCharacters(text), audioSeconds, computeSeconds: 0 };
  }
  const { sourceEnd, audioSeconds, computeSeconds } = found.flight.progress;
  return {
    characters: countCharacters(text.slice(0, sourceEnd)),
    audioSeconds,
    computeSeconds: found.cache === 'miss' ? computeSeconds : 0,
  };
}

/** However many times a text is flushed while it waits, it is held in bounded memory. */
function unitsOf(command: Command): number {
  if (command.type === 'text') return command.text.length;
  return command.type === 'flush' ? 1 : 0;
}

function bytesPerSecond(message: OpenMessage): number {
  return sampleRateOf(message) * (message.format === 'pcm' ? 2 : 1);
}
