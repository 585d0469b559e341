/** Names of JSON members that hold a secret: `password`, `refresh_token`, `clientSecret`, `cookie`. */
const member =
  '\\\\{0,3}"[\\w-]*(?:password|secret|token|authorization|cookie)\\\\{0,3}"\\s*:\\s*\\\\{0,3}"';

/**
 * What looks like a secret of ours, in JSON or in prose: members by their names, our tokens by their
 * prefixes, JSON Web Tokens, `Authorization` headers, tokens in addresses, passwords before an `@`.
 */
const patterns = [
  `(${member})(?:[^"\\\\]|\\\\.)+`,
  '(\\bvf_(?:live|test|client|sign|hook)_)[\\w-]{8,}',
  '(\\beyJ)[\\w-]{8,}\\.[\\w-]+\\.[\\w-]*',
  '(\\b(?:Bearer|Basic) )[\\w.~+/=-]{8,}',
  '([?#&][\\w-]*token=)[^\\s"&\\\\]+',
  '(:\\/\\/[^\\s/:@"]*:)[^\\s/@"]+(?=@)',
];
const secrets = new RegExp(patterns.join('|'), 'gi');

/** The text without its secrets. It is made for lines of a log: it errs on the side of silence. */
export function redactSecrets(text: string): string {
  return text.replace(secrets, (_match, ...groups: unknown[]) => {
    // Each pattern has one group: what may stay.
    const kept = groups.slice(0, patterns.length).find((group) => typeof group === 'string');
    return `${typeof kept === 'string' ? kept : ''}[redacted]`;
  });
}
