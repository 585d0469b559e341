import { once } from 'node:events';
import WebSocket, { type ClientOptions } from 'ws';
import { z } from 'zod';

const toldSchema = z.looseObject({
  type: z.string(),
  context_id: z.string().optional(),
  audio: z.base64().optional(),
  words: z
    .array(
      z.object({
        text: z.string(),
        start_char: z.number(),
        end_char: z.number(),
        start_seconds: z.number(),
        end_seconds: z.number(),
      }),
    )
    .optional(),
  problem: z.looseObject({ code: z.string(), status: z.number() }).optional(),
});
export type Told = z.infer<typeof toldSchema>;

/** A client of `/v1/generate/ws` that keeps all that it is told. */
export class LiveCaller {
  readonly told: Told[] = [];
  readonly socket: WebSocket;
  private wake: () => void = () => {};

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data) => {
      this.told.push(toldSchema.parse(JSON.parse(String(data))));
      this.wake();
    });
    socket.on('close', () => this.wake());
  }

  static async open(
    { url, key }: { url: string; key: string | null },
    options: { protocols?: string[] } & ClientOptions = {},
  ): Promise<LiveCaller> {
    const { protocols = ['voiceflow.v1'], ...rest } = options;
    const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/generate/ws`, protocols, {
      ...(key === null ? {} : { headers: { authorization: `Bearer ${key}` } }),
      ...rest,
    });
    const caller = new LiveCaller(socket);
    await once(socket, 'open');
    return caller;
  }

  say(message: Record<string, unknown>): void {
    this.socket.send(JSON.stringify(message));
  }

  /** The first of those told, or yet to be told, that is so. */
  async hear(type: string, contextId?: string): Promise<Told> {
    const isIt = (told: Told) =>
      told.type === type && (contextId === undefined || told.context_id === contextId);
    for (;;) {
      const found = this.told.find(isIt);
      if (found) return found;
      if (this.socket.readyState === WebSocket.CLOSED) {
        throw new Error(`closed without ${type}: ${JSON.stringify(this.told).slice(0, 2000)}`);
      }
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  of(contextId: string): Told[] {
    return this.told.filter(({ context_id: id }) => id === contextId);
  }

  audioOf(contextId: string): Buffer {
    return Buffer.concat(
      this.of(contextId).flatMap(({ audio }) => (audio ? [Buffer.from(audio, 'base64')] : [])),
    );
  }

  close(): void {
    this.socket.terminate();
  }
}
