import type { Log } from '../log.ts';
import { loadClient, probe, type RedisClient } from './redis.ts';

const probeEveryMs = 2_000;
/** A connection on which nothing comes, not even the answer to a probe, is given up. */
const silenceMs = 10_000;

/** Those whose Redis answers and takes nothing: it is full, busy, loading, or has no disk. */
const refused = new WeakSet<RedisClient>();

/** Whether Redis answers on a patient connection, and takes what it is told. */
export function isServing(client: RedisClient): boolean {
  return client.isReady && !refused.has(client);
}

/**
 * A connection for work that waits until Redis is back. A command that was under way when the
 * connection broke fails, whether Redis did it or not: whoever sends it must be able to repeat it.
 */
export async function openPatientConnection({
  url,
  log,
}: {
  url: string;
  log: Log;
}): Promise<RedisClient> {
  const createClient = await loadClient(url, {
    disableOfflineQueue: false,
    socketTimeout: silenceMs,
  });
  const client = createClient();
  let gone = false;
  const lose = (error: unknown, what: string) => {
    if (!gone) log.warn({ err: error }, `the Redis of the queue ${what}`);
    gone = true;
  };
  const comeBack = () => {
    refused.delete(client);
    if (gone) log.warn({}, 'the Redis of the queue answers again');
    gone = false;
  };
  client.on('error', (error: unknown) => {
    // What was under way when it was closed ends with an error too.
    if (client.isOpen) lose(error, 'does not answer');
  });
  client.on('ready', comeBack);
  // It goes on trying by itself; the commands wait.
  const connect = () => client.connect().catch(() => {});
  void connect();
  const probing = setInterval(() => {
    if (!client.isOpen) clearInterval(probing);
    if (!client.isReady) return;
    probe(client).then(comeBack, (error: unknown) => {
      if (!client.isReady) return;
      refused.add(client);
      if (!isReadOnly(error)) return lose(error, 'takes no writes');
      lose(error, 'takes no writes: its address is asked anew');
      client.destroy();
      void connect();
    });
  }, probeEveryMs).unref();
  return client;
}

/** After a failover the old master stays connected as a replica; the address leads to the new one. */
function isReadOnly(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('READONLY ');
}
