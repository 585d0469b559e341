import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type App, hidden } from './app.ts';
import { sessionCookie } from './credentials.ts';
import { isLocalBrowser } from './same-origin.ts';
import { webAppPolicy } from './security-headers.ts';

export interface WebAppOptions {
  /** The build: `index.html` and `assets/` with hashed names. */
  readonly dir: string;
  /** Paths at which it is served; it shows there what belongs there. */
  readonly pages: readonly string[];
  /** A session for the person at this machine; undefined when there is none to give. */
  readonly localSession: () => Promise<{ token: string; lifetimeSeconds: number } | undefined>;
}

/** Serves the web app, and lets the browser on this very machine in without a key. */
export async function serveWebApp(app: App, options: WebAppOptions): Promise<void> {
  const index = join(options.dir, 'index.html');
  if (!existsSync(index)) return;
  await app.register(fastifyStatic, {
    root: options.dir,
    index: false,
    wildcard: false,
    schemaHide: true,
    globIgnore: ['index.html'],
    setHeaders(reply, path) {
      const hashed = path.startsWith(join(options.dir, 'assets'));
      reply.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });

  async function sendPage(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    await openLocalSession(request, reply, options);
    return reply
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      .header('content-security-policy', webAppPolicy)
      .send(await readFile(index));
  }

  for (const page of options.pages) app.get(page, hidden, sendPage);
  app.pageForAstray = (request, reply) =>
    isNavigation(request) ? sendPage(request, reply.code(404)) : undefined;
}

/** Whether a browser shows what comes; programs get a problem document. */
function isNavigation({ method, headers, url }: FastifyRequest): boolean {
  const takesPages = headers.accept?.includes('text/html') ?? false;
  return method === 'GET' && takesPages && !url.startsWith('/v1/');
}

async function openLocalSession(
  request: FastifyRequest,
  reply: FastifyReply,
  { localSession }: WebAppOptions,
): Promise<void> {
  if (!isLocalBrowser(request)) return;
  const session = await localSession();
  if (!session) return;
  const attributes = `Path=/; HttpOnly; SameSite=Strict; Max-Age=${session.lifetimeSeconds}`;
  reply.header('set-cookie', `${sessionCookie}=${session.token}; ${attributes}`);
}
