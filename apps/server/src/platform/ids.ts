import { randomFillSync } from 'node:crypto';
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

const randomBytesPerId = 16;
/** Drawn for many ids at once: a draw takes ten times as long as the rest of an id. */
const drawn = Buffer.alloc(256 * randomBytesPerId);
let used = drawn.length;
let lastMs = 0;
let sequence = 0;

/** A new UUIDv7 for a primary key. Those of one process are in the order in which they were made. */
export function createId(): string {
  if (used === drawn.length) {
    randomFillSync(drawn);
    used = 0;
  }
  const random = drawn.subarray(used, used + randomBytesPerId);
  used += randomBytesPerId;
  const nowMs = Date.now();
  if (nowMs > lastMs) {
    lastMs = nowMs;
    // Half of its range is left to count on within the millisecond.
    sequence = random.readUInt32BE(6) >>> 1;
  } else {
    sequence += 1;
  }
  return uuidv7({ random, msecs: lastMs, seq: sequence });
}

/** The public form of a UUID: `formatId('key', '0188…')` → `key_01h4…`. */
export function formatId<K extends IdKind>(kind: K, uuid: string): PublicId<K> {
  const hex = uuid.replaceAll('-', '');
  let suffix = toBase32(hex.slice(0, 2), 2);
  for (let at = 2; at < hex.length; at += 5) suffix += toBase32(hex.slice(at, at + 5), 4);
  return `${idPrefixes[kind]}_${suffix}`;
}

/** Five hexadecimal digits are four of base32. */
function toBase32(hex: string, digits: number): string {
  const value = Number.parseInt(hex, 16);
  let text = '';
  for (let bit = 5 * (digits - 1); bit >= 0; bit -= 5) text += alphabet.charAt((value >> bit) & 31);
  return text;
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
