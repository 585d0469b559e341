import type { FastifyReply } from 'fastify';

/** Aborted when the caller goes away before the answer is complete. */
export function callerSignal(reply: FastifyReply): AbortSignal {
  const { raw } = reply;
  const gone = new AbortController();
  const abort = () => {
    if (!raw.writableFinished) gone.abort(new Error('the caller went away'));
  };
  if (raw.destroyed) abort();
  else raw.once('close', abort);
  return gone.signal;
}
