import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { OAuth2Server } from 'oauth2-mock-server';

/** Who is logged in at the provider when a browser comes by. */
export interface Person {
  readonly id: string;
  readonly email?: string;
  readonly emailVerified?: boolean;
  readonly name?: string;
}

type Claims = Record<string, unknown>;

/** An OpenID provider on this machine, or one that does as GitHub does. */
export class IdentityProvider {
  readonly url: string;
  person: Person = { id: 'nobody' };
  /** Changes the claims of the tokens that are signed from now on. */
  tamper: (claims: Claims) => void = () => {};
  /** Changes the OpenID token behind its signature. */
  forge: (idToken: string) => string = (idToken) => idToken;
  readonly #server: OAuth2Server;

  private constructor(server: OAuth2Server, url: string) {
    this.#server = server;
    this.url = url;
  }

  static async start(kind: 'openid' | 'github'): Promise<IdentityProvider> {
    const endpoints =
      kind === 'github'
        ? { authorize: '/login/oauth/authorize', token: '/login/oauth/access_token' }
        : {};
    const server = new OAuth2Server(undefined, undefined, { endpoints });
    await server.issuer.keys.generate('RS256');
    await server.start(0, '127.0.0.1');
    const url = `http://127.0.0.1:${server.address().port}`;
    server.issuer.url = url;
    const provider = new IdentityProvider(server, url);
    server.service.on('beforeTokenSigning', ({ payload }: { payload: Claims }) =>
      provider.#fill(payload),
    );
    server.service.on('beforeResponse', ({ body }: { body: Claims }) => {
      // GitHub answers no OpenID token.
      if (kind === 'github') delete body.id_token;
      else body.id_token = provider.forge(String(body.id_token));
    });
    if (kind === 'github') provider.#playGitHub();
    return provider;
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }

  /** Where the provider sends a browser that comes by, logged in as `person`. */
  async visit(url: string): Promise<URL> {
    const response = await fetch(url, { redirect: 'manual' });
    await response.body?.cancel();
    return new URL(response.headers.get('location') ?? '');
  }

  #fill(claims: Claims): void {
    const { id, email, emailVerified, name } = this.person;
    Object.assign(claims, { sub: id, email, email_verified: emailVerified, name });
    this.tamper(claims);
  }

  #playGitHub(): void {
    const { service } = this.#server;
    service.addRoute('GET', '/user', (request, response) => {
      if (!isAuthorised(request)) return refuse(response);
      answer(response, { id: Number(this.person.id), name: this.person.name ?? null });
    });
    service.addRoute('GET', '/user/emails', (request, response) => {
      if (!isAuthorised(request)) return refuse(response);
      answer(response, [
        { email: 'other@example.com', primary: false, verified: true },
        { email: this.person.email, primary: true, verified: this.person.emailVerified },
      ]);
    });
  }
}

function isAuthorised(request: IncomingMessage): boolean {
  return /^Bearer \S+\.\S+\.\S+$/.test(request.headers.authorization ?? '');
}

function refuse(response: ServerResponse): void {
  response.writeHead(401).end();
}

function answer(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** Nobody listens there: a provider that is down. */
export async function unreachableUrl(): Promise<string> {
  const { createServer } = await import('node:net');
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
}
