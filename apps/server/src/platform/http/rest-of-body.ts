import type { FastifyRequest } from 'fastify';
import { maxFormBytes } from './limits.ts';

const patienceMs = 2_000;

/**
 * Lets a refused body arrive, unread, when it is of ordinary size: a client that is still writing
 * when its connection closes never sees the answer. A larger one is cut off.
 */
export async function readRestOfBody({ raw }: FastifyRequest): Promise<void> {
  const announced = Number(raw.headers['content-length'] ?? Number.POSITIVE_INFINITY);
  if (raw.complete || raw.readableEnded || raw.destroyed || announced > maxFormBytes) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, patienceMs);
    raw.once('close', resolve).once('end', resolve).resume();
    timer.unref();
  });
}
