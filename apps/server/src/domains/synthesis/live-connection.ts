import type { RawData, WebSocket } from 'ws';
import type { Context } from '../../platform/context.ts';
import {
  describeProblem,
  describeZodError,
  serverStopping,
  toDomainError,
  wordsFor,
} from '../../platform/http/index.ts';
import type { Log } from '../../platform/log.ts';
import { contextNotFound, contextTaken, malformedMessage, tooManyContexts } from './errors.ts';
import { LiveContext, type ServerMessage } from './live-context.ts';
import { type LiveMessage, liveMessageSchema, type OpenMessage } from './live-schema.ts';
import type { SynthesisServices } from './speech-preparation.ts';

const maxContexts = 10;
/** Answers that their reader has yet to take. While there are so many, nothing more is read of theirs. */
const maxUnsent = 1_000;

export interface LiveConnectionOptions {
  readonly socket: WebSocket;
  readonly services: SynthesisServices;
  /** Checks the credential anew, and counts one request more. */
  readonly admit: () => Promise<Context>;
  /** The same, without counting. */
  readonly recheck: () => Promise<Context>;
  readonly requestId: string;
  readonly log: Log;
  /** How often the other end is asked whether it is there. */
  readonly beatMs: number;
  /** So long may nothing be said by either end. */
  readonly idleMs: number;
  /** Milliseconds, monotonic. */
  readonly clock?: () => number;
}

/** A connection over which several texts are said as they arrive, each in a context of its own. */
export class LiveConnection {
  private readonly options: LiveConnectionOptions;
  private readonly contexts = new Map<string, LiveContext>();
  private readonly beat: NodeJS.Timeout;
  private answered = true;
  private stopping = false;
  private unsent = 0;
  private lastActiveMs: number;
  private readonly clock: () => number;

  constructor(options: LiveConnectionOptions) {
    this.options = options;
    const { socket, clock = () => performance.now() } = options;
    this.clock = clock;
    this.lastActiveMs = clock();
    this.beat = setInterval(() => this.check(), options.beatMs).unref();
    socket.on('message', (data, isBinary) => this.receive(data, isBinary));
    socket.on('ping', (data) => this.hand((sent) => socket.pong(data, false, sent)));
    socket.on('pong', () => {
      this.answered = true;
    });
    // What is wrong on the wire closes the socket.
    socket.on('error', () => {});
    socket.on('close', () => {
      clearInterval(this.beat);
      for (const context of this.contexts.values()) context.cancel();
    });
  }

  /** Lets what has been told be said, and closes. */
  async finish(): Promise<void> {
    this.stopping = true;
    const contexts = [...this.contexts.values()];
    for (const context of contexts) if (!context.isClosed) context.add({ type: 'close' });
    await Promise.allSettled(contexts.map(({ ended }) => ended));
    this.options.socket.close(1001, 'the server stops');
  }

  private receive(data: RawData, isBinary: boolean): void {
    this.lastActiveMs = this.clock();
    let contextId: string | undefined;
    try {
      const said = parseJson(data, isBinary);
      contextId = contextIdOf(said);
      const parsed = liveMessageSchema.safeParse(said, { error: wordsFor });
      if (!parsed.success) throw describeZodError(parsed.error);
      this.obey(parsed.data);
    } catch (error) {
      this.sendError(error, { contextId, ended: false });
    }
  }

  private obey(message: LiveMessage): void {
    if (message.type === 'ping') {
      void this.send({ type: 'pong' });
      return;
    }
    const { context_id: id } = message;
    if (message.type === 'open') {
      this.open(message);
      return;
    }
    const context = this.contexts.get(id);
    if (!context) throw contextNotFound(id);
    if (message.type !== 'cancel') {
      context.add(message);
      return;
    }
    context.cancel();
    this.contexts.delete(id);
    void this.send({ type: 'cancelled', context_id: id });
  }

  private open(message: OpenMessage): void {
    const { context_id: id } = message;
    if (this.stopping) throw serverStopping();
    if (this.contexts.has(id)) throw contextTaken(id);
    if (this.contexts.size >= maxContexts) throw tooManyContexts(maxContexts);
    const context = new LiveContext({
      services: this.options.services,
      admit: this.options.admit,
      recheck: this.options.recheck,
      message,
      send: (told) => this.send(told),
    });
    this.contexts.set(id, context);
    context.ended
      .catch((error: unknown) => this.sendError(error, { contextId: id, ended: true }))
      .finally(() => {
        if (this.contexts.get(id) === context) this.contexts.delete(id);
      });
  }

  private check(): void {
    const { socket, idleMs } = this.options;
    if (!this.answered) {
      socket.terminate();
      return;
    }
    this.answered = false;
    socket.ping();
    const waits = [...this.contexts.values()].every(({ isWaiting }) => isWaiting);
    if (!waits) this.lastActiveMs = this.clock();
    if (this.clock() - this.lastActiveMs < idleMs) return;
    void this.send({ type: 'closing', reason: 'idle', idle_seconds: idleMs / 1000 });
    socket.close(4408, 'idle');
  }

  private sendError(
    error: unknown,
    about: { contextId: string | undefined; ended: boolean },
  ): void {
    const { requestId, log } = this.options;
    const known = toDomainError(error);
    if (!known || known.kind === 'failed') {
      log.error({ err: error }, 'a web socket met an error');
    }
    void this.send({
      type: 'error',
      ...(about.contextId === undefined ? {} : { context_id: about.contextId }),
      context_ended: about.ended,
      problem: describeProblem(known, requestId),
    });
  }

  /** Resolves when the message has left this process, or the connection is gone. */
  private send(message: ServerMessage): Promise<void> {
    const { socket } = this.options;
    return new Promise((resolve) => {
      this.hand((sent) =>
        socket.send(JSON.stringify(message), () => {
          sent();
          resolve();
        }),
      );
    });
  }

  private hand(send: (sent: () => void) => void): void {
    const { socket } = this.options;
    this.unsent += 1;
    if (this.unsent >= maxUnsent) socket.pause();
    send(() => {
      this.unsent -= 1;
      if (socket.isPaused && this.unsent < maxUnsent) socket.resume();
    });
  }
}

function parseJson(data: RawData, isBinary: boolean): unknown {
  if (isBinary) throw malformedMessage('it is binary');
  try {
    return JSON.parse(String(data));
  } catch (error) {
    throw malformedMessage(error instanceof Error ? error.message : String(error));
  }
}

/** Whatever else is wrong with a message: so that the error finds its context. */
function contextIdOf(said: unknown): string | undefined {
  if (typeof said !== 'object' || said === null || !('context_id' in said)) return undefined;
  return typeof said.context_id === 'string' ? said.context_id.slice(0, 64) : undefined;
}
