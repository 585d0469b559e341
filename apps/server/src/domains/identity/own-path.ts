const here = 'http://here.invalid';

/**
 * The path on this server that `text` means to a browser, or undefined where it would lead elsewhere:
 * `//evil.example`, `/\evil.example`, `/.//evil.example`, `https:…`, also with their slashes encoded.
 */
export function parseOwnPath(text: string): string | undefined {
  if (!text.startsWith('/') || !URL.canParse(text, here)) return undefined;
  const url = new URL(text, here);
  if (url.origin !== here || /^\/(?:\/|\\|%2f|%5c)/i.test(url.pathname)) return undefined;
  return `${url.pathname}${url.search}${url.hash}`;
}

/** The same path with more in its query. */
export function addToPath(path: string, parameters: Readonly<Record<string, string>>): string {
  const url = new URL(path, here);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return `${url.pathname}${url.search}${url.hash}`;
}
