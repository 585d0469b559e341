import { v7 as uuidv7 } from 'uuid';

/** The public prefixes and what they name. The columns behind them are plain UUIDs. */
export const idPrefixes = {
  auditEvent: 'audit',
  connection: 'conn',
  deadLetter: 'dead',
  clientToken: 'ct',
  deployment: 'dep',
  generation: 'gen',
  invitation: 'inv',
  key: 'key',
  passkey: 'passkey',
  request: 'req',
  session: 'sess',
  signingSecret: 'sign',
  team: 'team',
  user: 'user',
  webhook: 'hook',
  webhookDelivery: 'dlv',
} as const;

export type IdKind = keyof typeof idPrefixes;
/** `key_01h455vb4pex5vsknk084sn02q`: a TypeID, 26 characters of Crockford base32 over a UUID. */
export type PublicId<K extends IdKind = IdKind> = `${(typeof idPrefixes)[K]}_${string}`;

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const suffixPattern = /^[0-7][0-9abcdefghjkmnpqrstvwxyz]{25}$/;

/** A new UUIDv7, ordered by time, for a primary key. */
export function createId(): string {
  return uuidv7();
}

/** The public form of a UUID: `formatId('key', '0188…')` → `key_01h4…`. */
export function formatId<K extends IdKind>(kind: K, uuid: string): PublicId<K> {
  let rest = BigInt(`0x${uuid.replaceAll('-', '')}`);
  let suffix = '';
  for (let i = 0; i < 26; i += 1) {
    suffix = alphabet.charAt(Number(rest & 31n)) + suffix;
    rest >>= 5n;
  }
  return `${idPrefixes[kind]}_${suffix}`;
}

/** The UUID behind a public id; undefined when `text` is not an id of that kind. */
export function parseId(kind: IdKind, text: string): string | undefined {
  const prefix = `${idPrefixes[kind]}_`;
  const suffix = text.slice(prefix.length);
  if (!text.startsWith(prefix) || !suffixPattern.test(suffix)) return undefined;
  let value = 0n;
  for (const character of suffix) value = (value << 5n) | BigInt(alphabet.indexOf(character));
  const hex = value.toString(16).padStart(32, '0');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-');
}
