import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { decode, encode } from 'dns-packet';

/** A name server of the test's own, which knows TXT records alone. */
export class DnsServer {
  /** As the setting takes it. */
  readonly address: string;
  /** Does not answer at all. */
  silent = false;
  readonly #socket: Socket;
  readonly #records = new Map<string, readonly string[]>();

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.address = `127.0.0.1:${socket.address().port}`;
    socket.on('message', (message, peer) => {
      if (this.silent) return;
      const { id = 0, questions = [] } = decode(message);
      const [question] = questions;
      const texts = this.#records.get(question?.name.toLowerCase() ?? '');
      const answer = encode({
        type: 'response',
        id,
        // 3: there is no such name.
        flags: texts ? 0x8180 : 0x8183,
        questions,
        answers: (texts ?? []).map((data) => ({
          type: 'TXT' as const,
          name: question?.name ?? '',
          ttl: 0,
          data: [data],
        })),
      });
      socket.send(answer, peer.port, peer.address);
    });
  }

  static async start(): Promise<DnsServer> {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new DnsServer(socket);
  }

  setTxt(name: string, ...texts: readonly string[]): void {
    this.#records.set(name, texts);
  }

  close(): void {
    this.#socket.close();
  }
}
