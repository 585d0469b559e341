import { type IncomingMessage, ServerResponse } from 'node:http';
import { type Server, Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { WebSocket, WebSocketServer } from 'ws';
import { DomainError } from '../errors.ts';

/** A browser cannot set headers here: it sends its token as one of the protocols that it offers. */
const tokenProtocol = 'bearer.';

/** Those that a server holds open, which it does not count among its connections. */
const openSockets = new WeakMap<Server, Set<Socket>>();
const upgrades = new WeakMap<IncomingMessage, { socket: Socket; head: Buffer }>();
let server: WebSocketServer | undefined;

/** Whether a request leaves HTTP. Other upgrades (h2c) are no business of ours, and go on as they are. */
export function asksForWebSocket({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket';
}

/** Lets requests for a web socket take the way of all others: ids, credentials, limits, errors. */
export function routeWebSockets(app: FastifyInstance): void {
  const open = new Set<Socket>();
  openSockets.set(app.server, open);
  app.server.on('upgrade', (request, socket, head) => {
    if (!(socket instanceof Socket)) {
      socket.destroy();
      return;
    }
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    socket.on('error', () => socket.destroy());
    upgrades.set(request, { socket, head });
    takeToken(request);
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket);
    response.once('finish', () => socket.end());
    app.routing(request, response);
  });
}

interface WebSocketTerms {
  readonly protocol: string;
  readonly maxMessageBytes: number;
  /** Refuses by throwing; what it answers is called when the socket is gone. */
  readonly admit: () => Promise<() => void>;
}

/**
 * Answers with a web socket. Undefined: the handshake is malformed, and was refused.
 * @throws DomainError `upgrade_required` when the request asks for none
 */
export async function openWebSocket(
  request: FastifyRequest,
  reply: FastifyReply,
  { protocol, maxMessageBytes, admit }: WebSocketTerms,
): Promise<WebSocket | undefined> {
  const upgrade = upgrades.get(request.raw);
  if (!upgrade) {
    reply.header('upgrade', 'websocket');
    throw upgradeRequired();
  }
  const { socket, head } = upgrade;
  const { WebSocketServer } = await import('ws');
  server ??= new WebSocketServer({
    noServer: true,
    maxPayload: maxMessageBytes,
    perMessageDeflate: false,
    // Whoever holds the socket sees to it that answers to a flood of pings do not pile up.
    autoPong: false,
    handleProtocols: (offered) => (offered.has(protocol) ? protocol : false),
  });
  const opened = server;
  const leave = await admit();
  socket.once('close', leave);
  reply.hijack();
  reply.raw.detachSocket(socket);
  if (socket.destroyed) {
    leave();
    return undefined;
  }
  return new Promise((resolve) => {
    socket.once('close', () => resolve(undefined));
    opened.handleUpgrade(request.raw, socket, head, resolve);
  });
}

/** Ends all web sockets of a server without a word. */
export function cutWebSockets(server: Server): void {
  for (const socket of openSockets.get(server) ?? []) socket.destroy();
}

function takeToken({ headers }: IncomingMessage): void {
  if (headers.authorization !== undefined) return;
  const offered = headers['sec-websocket-protocol']?.split(',').map((one) => one.trim());
  const token = offered?.find((one) => one.startsWith(tokenProtocol));
  if (token) headers.authorization = `Bearer ${token.slice(tokenProtocol.length)}`;
}

function upgradeRequired(): DomainError {
  return new DomainError({
    kind: 'upgrade_required',
    code: 'upgrade_required',
    detail: 'This is a WebSocket: send the request as a WebSocket client does.',
  });
}
