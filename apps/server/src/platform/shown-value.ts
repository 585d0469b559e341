const mostCharacters = 40;

/** What a stranger sent, as a sentence about it shows it: text in quotes and cut short. */
export function showValue(value: unknown): string {
  if (typeof value === 'string') return `"${cutShort(value, mostCharacters)}"`;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return describeType(value);
}

/** The same where what was sent may be secret. */
export function describeType(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'missing';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

export function cutShort(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).toWellFormed()}…`;
}
