import { ApiError, localProblem } from './problem.ts';

/** Fetches from this page's own server. Throws ApiError when no answer comes. */
export async function reach(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, { ...init, credentials: 'same-origin' });
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
