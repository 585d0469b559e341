import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

const addressSchema = z.object({ port: z.number() });

/** Stands between a client and a server on this machine, and can be a bad network. */
export class TcpProxy {
  readonly url: string;
  /** How much later all that is sent arrives, in each direction. */
  delayMs = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  #target: URL;

  private constructor(server: Server, { url, target }: { url: string; target: URL }) {
    this.#server = server;
    this.url = url;
    this.#target = target;
  }

  /** `url` leads to the server; its own one leads there through the proxy. */
  static async start(url: string): Promise<TcpProxy> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = addressSchema.parse(server.address());
    const own = new URL(url);
    own.hostname = '127.0.0.1';
    own.port = String(port);
    const proxy = new TcpProxy(server, { url: own.href, target: new URL(url) });
    server.on('connection', (socket) => {
      const upstream = connect(Number(proxy.#target.port), proxy.#target.hostname);
      // Whoever is not let in there hears it here.
      upstream.once('error', () => socket.resetAndDestroy());
      proxy.#pipe(socket, upstream);
      proxy.#pipe(upstream, socket);
    });
    return proxy;
  }

  /** Whoever connects from now on comes to another server, as by a name that was moved. */
  leadTo(url: string): void {
    this.#target = new URL(url);
  }

  /** Cuts what is connected. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Cuts all, for good. */
  close(): void {
    this.#server.close();
    this.cut();
  }

  #pipe(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    from.setNoDelay();
    // Also where the delay has changed meanwhile nothing overtakes what was sent before.
    let arrived: Promise<unknown> = Promise.resolve();
    from.on('data', (chunk) => {
      const late = this.delayMs === 0 ? undefined : sleep(this.delayMs);
      arrived = Promise.all([arrived, late]).then(() => to.write(chunk));
    });
    from.on('error', () => {});
    from.on('close', () => {
      this.#sockets.delete(from);
      to.destroy();
    });
  }
}
