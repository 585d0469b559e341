import type { FastifyReply, FastifyRequest } from 'fastify';
import { readCookie } from './credentials.ts';

export interface CookieOptions {
  /** The paths to which a browser sends it. */
  readonly path: string;
  readonly maxAgeSeconds: number;
  /** `lax` comes along when another site's link or redirect leads here, `strict` does not. */
  readonly sameSite: 'strict' | 'lax';
  /** Over TLS alone. */
  readonly secure: boolean;
}

/** Sets a cookie that no script can read. `value` holds no character that needs quoting. */
export function setCookie(
  reply: FastifyReply,
  name: string,
  value: string,
  options: CookieOptions,
): void {
  const attributes = [
    `${name}=${value}`,
    `Path=${options.path}`,
    `Max-Age=${options.maxAgeSeconds}`,
    'HttpOnly',
    `SameSite=${options.sameSite === 'strict' ? 'Strict' : 'Lax'}`,
    ...(options.secure ? ['Secure'] : []),
  ];
  reply.header('set-cookie', attributes.join('; '));
}

export function clearCookie(reply: FastifyReply, name: string, options: CookieOptions): void {
  setCookie(reply, name, '', { ...options, maxAgeSeconds: 0 });
}

export function cookieOf(request: FastifyRequest, name: string): string | undefined {
  return readCookie(request.headers.cookie, name) || undefined;
}
