import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import samlp, { type ResponseOptions } from 'samlp';
import { generate } from 'selfsigned';

const parseRequest = promisify(samlp.parseRequest);
const getSamlResponse = promisify(samlp.getSamlResponse);

export interface KeyPair {
  readonly key: string;
  readonly cert: string;
}

export async function createKeyPair(): Promise<KeyPair> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'idp.example' }], {
    algorithm: 'sha256',
  });
  return { key, cert };
}

/** What the provider's page posts, by the browser that is at it. */
export interface PostedForm {
  readonly acsUrl: string;
  readonly SAMLResponse: string;
  readonly RelayState: string;
}

/** A SAML 2.0 identity provider on this machine. */
export class SamlProvider {
  readonly url: string;
  readonly keys: KeyPair;
  person: { readonly id: string; readonly email: string } = { id: 'nobody', email: '' };
  /** What it does differently from now on. */
  quirks: Partial<ResponseOptions> = {};
  readonly #server: Server;

  private constructor(server: Server, url: string, keys: KeyPair) {
    this.#server = server;
    this.url = url;
    this.keys = keys;
    server.on('request', (request, response) => void this.#answer(request, response));
  }

  static async start(): Promise<SamlProvider> {
    const keys = await createKeyPair();
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    return new SamlProvider(server, `http://127.0.0.1:${port}`, keys);
  }

  get entityId(): string {
    return `${this.url}/metadata`;
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  /** The form in the page that a browser gets, logged in as `person`. */
  async visit(url: string): Promise<PostedForm> {
    const page = await (await fetch(url)).text();
    const read = (pattern: RegExp) => pattern.exec(page)?.[1] ?? '';
    return {
      acsUrl: read(/action="([^"]+)"/),
      SAMLResponse: read(/name="SAMLResponse" value="([^"]+)"/),
      RelayState: read(/name="RelayState" value="([^"]+)"/),
    };
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const query = Object.fromEntries(new URL(request.url ?? '/', this.url).searchParams);
    const asked = await parseRequest({ query });
    if (!asked) {
      response.writeHead(400).end();
      return;
    }
    const { id, email } = this.person;
    const name = { givenName: 'Grace', familyName: 'Hopper' };
    const acsUrl = asked.assertionConsumerServiceURL;
    const xml = await getSamlResponse(
      {
        ...this.keys,
        issuer: this.entityId,
        audience: asked.issuer,
        recipient: acsUrl,
        destination: acsUrl,
        inResponseTo: asked.id,
        signatureAlgorithm: 'rsa-sha256',
        digestAlgorithm: 'sha256',
        lifetimeInSeconds: 300,
        ...this.quirks,
      },
      { id, emails: [{ value: email }], displayName: 'Grace Hopper', name },
    );
    response
      .writeHead(200, { 'content-type': 'text/html' })
      .end(`<form method="post" action="${acsUrl}">
      <input type="hidden" name="SAMLResponse" value="${Buffer.from(xml ?? '').toString('base64')}">
      <input type="hidden" name="RelayState" value="${query.RelayState ?? ''}">
    </form>`);
  }
}
