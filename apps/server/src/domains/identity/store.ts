import { type RawBuilder, sql } from 'kysely';
import type { DatabaseHandle } from '../../platform/database/database.ts';
import { createId } from '../../platform/ids.ts';
import { type Attempt, takingOf } from './attempt-store.ts';

export interface User {
  readonly id: string;
  readonly email: string;
  readonly name: string | null;
  readonly emailVerifiedAt: Date | null;
  readonly createdAt: Date;
  /** When the account is erased; null: it stays. */
  readonly deletionDueAt: Date | null;
}

export interface UserWithPassword extends User {
  readonly passwordHash: string | null;
}

const columns = [
  'id',
  'email',
  'name',
  'email_verified_at as emailVerifiedAt',
  'created_at as createdAt',
  'deletion_due_at as deletionDueAt',
] as const;

export async function findUserByEmail(
  db: DatabaseHandle,
  email: string,
): Promise<UserWithPassword | undefined> {
  return db
    .selectFrom('users')
    .select([...columns, 'password_hash as passwordHash'])
    .where((where) => where(where.fn('lower', ['email']), '=', email.toLowerCase()))
    .executeTakeFirst();
}

type LogInRow = { readonly [Column in keyof UserWithPassword]: UserWithPassword[Column] | null } & {
  readonly sealedSecret: string | null;
  readonly confirmedAt: Date | null;
  readonly counted: Date | null;
  readonly answer: string | null;
};

/**
 * Whom an address belongs to, with all that a log-in by password asks of them, the outcome of an attempt
 * that the same statement counts, and the answer to a question that it asks besides. Not for a
 * transaction that does more: it would not wait until it is on the disk.
 */
export async function findUserToLogIn(
  db: DatabaseHandle,
  from: {
    email: string;
    ipAddress: string | null;
    attempt: Attempt;
    question: RawBuilder<string | null>;
  },
) {
  const taking = takingOf(from.attempt);
  const { rows } = await sql<LogInRow>`
    SELECT id, email, name, email_verified_at AS "emailVerifiedAt", created_at AS "createdAt",
      deletion_due_at AS "deletionDueAt", password_hash AS "passwordHash",
      sealed_secret AS "sealedSecret", confirmed_at AS "confirmedAt", counted,
      ${from.question} AS answer
    FROM begin_log_in(
      ${from.email.toLowerCase()}, ${from.ipAddress}, ${taking.ids}, ${taking.hashes},
      ${taking.limits}, ${taking.knownLimits}, ${taking.now}, ${taking.since}
    )
  `.execute(db);
  const [row] = rows;
  if (!row) throw new Error('one asked address is one row');
  const { id, email, createdAt, sealedSecret, confirmedAt, counted, answer, ...rest } = row;
  const isKnown = id !== null && email !== null && createdAt !== null;
  return {
    user: isKnown ? { ...rest, id, email, createdAt } : undefined,
    factor: sealedSecret === null ? undefined : { sealedSecret, confirmedAt },
    answer,
    attempt: taking.outcomeOf(counted),
  };
}

export async function findUser(
  db: DatabaseHandle,
  id: string,
): Promise<UserWithPassword | undefined> {
  return db
    .selectFrom('users')
    .select([...columns, 'password_hash as passwordHash'])
    .where('id', '=', id)
    .executeTakeFirst();
}

/** Undefined when somebody has this address already. */
export async function insertUser(
  db: DatabaseHandle,
  user: {
    email: string;
    name: string | null;
    createdAt: Date;
    passwordHash?: string | null;
    emailVerifiedAt?: Date | null;
  },
): Promise<User | undefined> {
  return db
    .insertInto('users')
    .values({
      id: createId(),
      email: user.email,
      name: user.name,
      password_hash: user.passwordHash ?? null,
      email_verified_at: user.emailVerifiedAt ?? null,
      created_at: user.createdAt,
      updated_at: user.createdAt,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning(columns)
    .executeTakeFirst();
}

/** Replaces what an address that nobody has proven yet was registered with. */
export async function replaceUnverifiedUser(
  db: DatabaseHandle,
  user: { id: string; name: string | null; passwordHash: string; updatedAt: Date },
): Promise<void> {
  await db
    .updateTable('users')
    .set({ name: user.name, password_hash: user.passwordHash, updated_at: user.updatedAt })
    .where('id', '=', user.id)
    .where('email_verified_at', 'is', null)
    .execute();
}

/** The user, whom no other transaction changes until this one ends. */
export async function lockUser(
  db: DatabaseHandle,
  id: string,
): Promise<UserWithPassword | undefined> {
  return db
    .selectFrom('users')
    .select([...columns, 'password_hash as passwordHash'])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
}

/** Voids what an unproven address was registered with. Answers false when it is proven. */
export async function claimUnverifiedUser(
  db: DatabaseHandle,
  user: { id: string; name: string | null; verifiedAt: Date },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('users')
    .set({
      name: user.name,
      password_hash: null,
      email_verified_at: user.verifiedAt,
      updated_at: user.verifiedAt,
    })
    .where('id', '=', user.id)
    .where('email_verified_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Notes that the address is proven, once, if it still is the user's. Undefined when it is not. */
export async function markEmailVerified(
  db: DatabaseHandle,
  user: { id: string; email: string; verifiedAt: Date },
): Promise<User | undefined> {
  return db
    .updateTable('users')
    .set({ email_verified_at: user.verifiedAt, updated_at: user.verifiedAt })
    .where('id', '=', user.id)
    .where('email', '=', user.email)
    .where('email_verified_at', 'is', null)
    .returning(columns)
    .executeTakeFirst();
}

export async function setPassword(
  db: DatabaseHandle,
  user: { id: string; passwordHash: string; updatedAt: Date },
): Promise<void> {
  await db
    .updateTable('users')
    .set({ password_hash: user.passwordHash, updated_at: user.updatedAt })
    .where('id', '=', user.id)
    .execute();
}

/** Sets another hash of the same password, unless it was changed meanwhile. */
export async function replacePasswordHash(
  db: DatabaseHandle,
  user: { id: string; before: string; passwordHash: string },
): Promise<void> {
  await db
    .updateTable('users')
    .set({ password_hash: user.passwordHash })
    .where('id', '=', user.id)
    .where('password_hash', '=', user.before)
    .execute();
}

export async function setEmail(
  db: DatabaseHandle,
  user: { id: string; email: string; verifiedAt: Date },
): Promise<void> {
  await db
    .updateTable('users')
    .set({ email: user.email, email_verified_at: user.verifiedAt, updated_at: user.verifiedAt })
    .where('id', '=', user.id)
    .execute();
}

/** Whether somebody registered this account and has not proven that its address is theirs. */
export function isUnproven({ emailVerifiedAt, passwordHash }: UserWithPassword): boolean {
  return emailVerifiedAt === null && passwordHash !== null;
}

function deletionOfUnproven(db: DatabaseHandle) {
  return db
    .deleteFrom('users')
    .where('email_verified_at', 'is', null)
    .where('password_hash', 'is not', null);
}

/** Deletes who registered but never proved the address. */
export async function deleteUnverifiedUsersBefore(db: DatabaseHandle, before: Date): Promise<void> {
  await deletionOfUnproven(db).where('created_at', '<', before).execute();
}

/** The same of one address. */
export async function deleteUnverifiedUser(db: DatabaseHandle, email: string): Promise<void> {
  await deletionOfUnproven(db).where('email', '=', email).execute();
}

/** Sets, or with nulls takes back, when an account is erased. */
export async function setDeletion(
  db: DatabaseHandle,
  user: { id: string; requestedAt: Date | null; dueAt: Date | null },
): Promise<void> {
  await db
    .updateTable('users')
    .set({ deletion_requested_at: user.requestedAt, deletion_due_at: user.dueAt })
    .where('id', '=', user.id)
    .execute();
}

/** The accounts whose time is up, longest first. */
export async function listDueUsers(
  db: DatabaseHandle,
  due: { now: Date; limit: number },
): Promise<string[]> {
  const users = await db
    .selectFrom('users')
    .select('id')
    .where('deletion_due_at', '<=', due.now)
    .orderBy('deletion_due_at')
    .limit(due.limit)
    .execute();
  return users.map(({ id }) => id);
}

/** The user, if their time is up and no other transaction is at it. */
export async function lockDueUser(
  transaction: DatabaseHandle,
  user: { id: string; now: Date },
): Promise<User | undefined> {
  return transaction
    .selectFrom('users')
    .select(columns)
    .where('id', '=', user.id)
    .where('deletion_due_at', '<=', user.now)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();
}

export async function deleteUser(db: DatabaseHandle, id: string): Promise<void> {
  await db.deleteFrom('users').where('id', '=', id).execute();
}
