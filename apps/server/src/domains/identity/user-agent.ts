/** What a `User-Agent` says, in words for a person; null where it says nothing that is known. */
export interface Client {
  /** `Firefox 128` */
  readonly browser: string | null;
  /** `Linux` */
  readonly os: string | null;
}

export async function describeUserAgent(userAgent: string | null): Promise<Client> {
  if (!userAgent) return { browser: null, os: null };
  const { default: bowser } = await import('bowser');
  const { browser, os } = bowser.parse(userAgent);
  const [major] = browser.version?.split('.') ?? [];
  return {
    browser: browser.name ? [browser.name, major].filter(Boolean).join(' ') : null,
    os: os.name || null,
  };
}
