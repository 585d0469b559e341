import { apiKeyStore } from './api-key.ts';
import { ApiError, localProblem, readProblem } from './problem.ts';

/**
 * Calls the API of this page's own server. Throws ApiError for any answer but
 * 2xx and for no answer; an abort throws the signal's reason.
 */
export async function callApi(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  const { key } = apiKeyStore.get();
  if (key !== undefined) headers.set('authorization', `Bearer ${key}`);
  const response = await reach(path, { ...init, headers, credentials: 'same-origin' });
  if (response.ok) return response;
  if (response.status === 401) apiKeyStore.update({ wanted: true });
  throw new ApiError(await readProblem(response));
}

async function reach(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init);
  } catch (error) {
    init.signal?.throwIfAborted();
    throw new ApiError(
      localProblem(
        'The server cannot be reached',
        `No answer from ${location.host} (${error instanceof Error ? error.message : error}). See whether it is still running, then try again.`,
      ),
    );
  }
}
