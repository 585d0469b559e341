/**
 * The path behind `next`, where it leads to a page of this server; undefined for anything else, so
 * that no link to the log-in page can send a person who logged in elsewhere.
 */
export function readOwnPath(next: unknown): string | undefined {
  if (typeof next !== 'string' || !next.startsWith('/')) return undefined;
  if (!URL.canParse(next, location.origin)) return undefined;
  const { origin, pathname, search, hash } = new URL(next, location.origin);
  // Read as browsers read it: `//elsewhere`, `/\elsewhere` and tabs in between name other servers.
  if (origin !== location.origin || pathname.startsWith('//')) return undefined;
  return pathname + search + hash;
}
