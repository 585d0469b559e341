import { createServer, type Server, type ServerResponse } from 'node:http';

const retryEveryMs = 5_000;

export interface MetricsAddress {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

/** Figures in Prometheus' text format. */
export interface MetricsText {
  readonly contentType: string;
  readonly text: string;
}

interface MetricsServerOptions extends MetricsAddress {
  read(): Promise<MetricsText>;
  /** Whether this process does its work by now. */
  isReady(): boolean;
  /** The address cannot be had. Said once; it is tried again until it can. */
  readonly onUnavailable: (problem: string) => void;
  readonly onListening?: (url: string) => void;
}

/**
 * Answers `GET /metrics` on a port of its own, and there too whether the process is alive and ready.
 * That the port is taken stops nothing else.
 */
export class MetricsServer {
  readonly #server: Server;
  readonly #options: MetricsServerOptions;
  readonly #answers: Readonly<Record<string, (response: ServerResponse) => void>> = {
    '/metrics': (response) => this.#tellFigures(response),
    '/health/live': (response) => response.end(),
    '/health/ready': (response) => response.writeHead(this.#options.isReady() ? 200 : 503).end(),
  };
  #retry: NodeJS.Timeout | undefined;
  #said = false;

  constructor(options: MetricsServerOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => {
      const answer = this.#answers[request.url?.split('?')[0] ?? ''];
      if (!answer) response.writeHead(404).end();
      else if (request.method !== 'GET') response.writeHead(405, { allow: 'GET' }).end();
      else answer(response);
    });
    this.#server.on('error', (error) => this.#tryLater(error));
    this.#server.on('listening', () => options.onListening?.(this.#url()));
    this.#listen();
  }

  close(): void {
    clearTimeout(this.#retry);
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #tellFigures(response: ServerResponse): void {
    this.#options.read().then(
      ({ contentType, text }) => response.setHeader('content-type', contentType).end(text),
      () => response.writeHead(503).end(),
    );
  }

  #listen(): void {
    const { host, port } = this.#options;
    this.#server.listen(port, host);
    this.#server.unref();
  }

  #tryLater(error: Error): void {
    if (!this.#said) this.#options.onUnavailable(error.message);
    this.#said = true;
    this.#retry = setTimeout(() => this.#listen(), retryEveryMs).unref();
  }

  #url(): string {
    const address = this.#server.address();
    const port = typeof address === 'object' && address ? address.port : this.#options.port;
    const { host } = this.#options;
    return `http://${host.includes(':') ? `[${host}]` : host}:${port}/metrics`;
  }
}
