import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';

/**
 * The address of who calls: that of the connection, or behind trusted proxies the one that they name.
 * What they name may be no address.
 */
export function addressOf({ ip, socket }: FastifyRequest): string {
  return isIP(ip) === 0 ? (socket.remoteAddress ?? ip) : ip;
}
