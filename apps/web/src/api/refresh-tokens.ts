import { ApiError, readProblem } from './problem.ts';
import { reach } from './reach.ts';
import { holdLease } from './tab-lease.ts';

const storageName = 'voiceflow.refreshed-at';
const lockName = 'voiceflow.refresh';

let refreshedAtMs = 0;
let lastTurn = Promise.resolve();

/**
 * Renews the cookies of a person whose access token has run out. A refresh token is good once, so
 * the tabs take turns, and who waited while another tab refreshed has new cookies already. Who is
 * refused has no cookies any more: the next call tells. Throws ApiError where no answer came of it.
 */
export async function refreshTokens(refusedSinceMs: number): Promise<void> {
  await takeTurn(async () => {
    if (readRefreshedAt() >= refusedSinceMs) return;
    // Sees its answer's cookies kept even when the page is left meanwhile.
    const response = await reach('/v1/auth/refresh', { method: 'POST', keepalive: true });
    if (response.ok) noteRefresh();
    else if (response.status !== 401) throw new ApiError(await readProblem(response));
  });
}

/** Locks belong to secure pages; elsewhere the calls of a tab wait for each other, then for other tabs. */
function takeTurn(work: () => Promise<void>): Promise<void> {
  if (navigator.locks) return navigator.locks.request(lockName, work);
  const turn = lastTurn.then(() => holdLease(lockName, work));
  lastTurn = turn.catch(() => {});
  return turn;
}

function readRefreshedAt(): number {
  try {
    return Math.max(refreshedAtMs, Number(localStorage.getItem(storageName)));
  } catch {
    return refreshedAtMs;
  }
}

function noteRefresh(): void {
  refreshedAtMs = Date.now();
  try {
    localStorage.setItem(storageName, String(refreshedAtMs));
  } catch {
    // Storage is blocked: this tab knows.
  }
}
