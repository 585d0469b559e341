import { hashingOverloaded, passwordBreached, passwordTooCommon } from './errors.ts';

export const minPasswordCharacters = 12;
/** Bounds the work that a stranger can cause; longer than anybody types. */
export const maxPasswordCharacters = 256;

/**
 * For argon2id, the package's default kind. OWASP's Password Storage Cheat Sheet asks for at least 19 MiB
 * and 2 passes. These are twice the passes and not more memory: RFC 9106 (4) fills what memory can be
 * spared and then adds passes, and here four threads may hash at once in a process of less than 200 MB.
 */
const cost = { memoryCost: 19_456, timeCost: 4, parallelism: 1 };
/** Hashes at once, waiting ones included: about a second of work for two processors. */
const maxHashes = 64;

/** Guessed at first wherever it is ours; so is what the address is made of. */
const productName = 'voiceflow';
const shortestWord = 4;
/** What must be left of a password without such words. */
const minOwnCharacters = 8;

let hashes = 0;

/** Whether a password is known from a breach. */
export type IsBreached = (password: string) => Promise<boolean>;

interface PasswordChoice {
  readonly email: string;
  readonly isBreached: IsBreached;
  readonly param?: string;
}

/**
 * Refuses what attackers try first: what is in the list of common passwords, what repeats one of them
 * or up to three characters, what is little more than the product's name or parts of the address, and
 * what is known from a breach. `param` names the field.
 * @throws DomainError `password_too_common`, `password_breached`
 */
export async function refuseCommonPassword(
  password: string,
  { email, isBreached, param }: PasswordChoice,
): Promise<void> {
  const common = await commonPasswords();
  const text = password.normalize('NFKC').toLowerCase();
  const unit = repeatedUnit(text);
  const own = withoutWords(text, [
    productName,
    email,
    ...email.split('@'),
    ...email.split(/[@.+]/),
  ]);
  if (common.has(text) || common.has(unit) || unit.length <= 3 || own.length < minOwnCharacters) {
    throw passwordTooCommon(param);
  }
  if (await isBreached(password)) throw passwordBreached(param);
}

let common: Promise<ReadonlySet<string>> | undefined;

/** Loaded when it is first asked for: several megabytes that most processes never need. */
function commonPasswords(): Promise<ReadonlySet<string>> {
  common ??= import('@zxcvbn-ts/language-common').then(
    ({ dictionary }) => new Set(dictionary['passwords-common']),
  );
  return common;
}

/** The shortest piece that the text is made of: `abcabc` → `abc`. */
function repeatedUnit(text: string): string {
  return text.slice(0, (text + text).indexOf(text, 1));
}

function withoutWords(text: string, words: readonly string[]): string {
  return words
    .filter((word) => word.length >= shortestWord)
    .toSorted((a, b) => b.length - a.length)
    .reduce((left, word) => left.replaceAll(word, ''), text);
}

/** @throws DomainError `overloaded` */
export function hashPassword(password: string): Promise<string> {
  return limitHashes(() => hash(prepare(password)));
}

/** Whether a hash was made when less was spent on one. */
export function isWeakHash(stored: string): boolean {
  const spent = (name: string) => Number(new RegExp(`[$,]${name}=(\\d+)`).exec(stored)?.[1] ?? 0);
  return spent('m') < cost.memoryCost || spent('t') < cost.timeCost;
}

let nobodysHash: Promise<string> | undefined;

/** Takes equally long when there is no hash to compare with. @throws DomainError `overloaded` */
export async function verifyPassword(password: string, stored: string | null): Promise<boolean> {
  nobodysHash ??= hash('the password of nobody');
  const against = stored ?? (await nobodysHash);
  const matches = await limitHashes(async () => {
    const { verify } = argon2 ?? (await loadArgon2());
    return verify(against, prepare(password));
  });
  return matches && stored !== null;
}

async function hash(text: string): Promise<string> {
  const argon2 = await loadArgon2();
  return argon2.hash(text, cost);
}

let argon2: typeof import('@node-rs/argon2') | undefined;

/** Loaded when it is first asked for. From then on the other thread begins to hash before a caller goes on. */
async function loadArgon2() {
  argon2 ??= await import('@node-rs/argon2');
  return argon2;
}

/**
 * The same text however a keyboard composes its letters (RFC 8265, 4.2.2): `é` is one character, or two
 * that Unicode calls the same. Nothing else is changed.
 */
function prepare(password: string): string {
  return password.normalize('NFC');
}

async function limitHashes<T>(work: () => Promise<T>): Promise<T> {
  if (hashes >= maxHashes) throw hashingOverloaded();
  hashes += 1;
  try {
    return await work();
  } finally {
    hashes -= 1;
  }
}
