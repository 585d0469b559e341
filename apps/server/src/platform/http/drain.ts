import { DomainError } from '../errors.ts';
import type { App } from './app.ts';
import { cutWebSockets } from './web-sockets.ts';

export function serverStopping(): DomainError {
  return new DomainError({
    code: 'server_stopping',
    kind: 'unavailable',
    retryAfterSeconds: 1,
    detail: 'This server stops; connect again.',
  });
}

/** Refuses whatever is asked once the server has begun to close: another one is to answer it. */
export function refuseWhileStopping(app: App): void {
  let stopping = false;
  app.addHook('preClose', async () => {
    stopping = true;
  });
  app.addHook('onRequest', async ({ routeOptions }) => {
    if (stopping && routeOptions.url !== '/health/live') throw serverStopping();
  });
}

/** Closes the server once what is under way has ended, or at once when `hurry` is aborted. */
export async function drain(app: App, hurry: AbortSignal): Promise<void> {
  const cut = () => {
    app.server.closeAllConnections();
    cutWebSockets(app.server);
  };
  hurry.addEventListener('abort', cut, { once: true });
  if (hurry.aborted) cut();
  await app.close();
  hurry.removeEventListener('abort', cut);
}
