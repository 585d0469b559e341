import { hash } from 'node:crypto';
import type { RawBuilder } from 'kysely';
import type { Context } from '../../platform/context.ts';
import { networkOf } from '../../platform/http/index.ts';
import { type Bucket, deleteAttempts, type TakenAttempt, takeAttempt } from './attempt-store.ts';
import { tooManyAttempts } from './errors.ts';
import { findUserToLogIn } from './store.ts';

/*
 * Guesses are counted in the database and not by `platform/limits`: what slows a guesser down must outlive
 * a restart and hold for all processes also where there is no Redis, and a guess that was right is taken
 * back. Counting a log-in does not wait for the disk: what a crash of the database forgets is less than a
 * second of guesses. It is some queries a try, which those who log in can bear and each request could not.
 */
const minute = 60_000;
const logInWindowMs = 15 * minute;
/** Wrong passwords within the window: for one account from one address, one address, one account. */
const pairLimit = 10;
const addressLimit = 100;
const accountLimit = 50;
const mailWindowMs = 60 * minute;
const mailsPerRecipient = 5;
const mailsPerAddress = 30;

const invitationsPerTeam = 50;
const invitationsPerRecipient = 5;

const codeWindowMs = 60 * minute;
const codeLimit = 10;

const exportWindowMs = 60 * minute;
const exportLimit = 5;
const deviceWindowMs = 15 * minute;
const devicesPerAddress = 30;
const userCodeLimit = 10;

/** The longest window: what is older counts nowhere. */
export const longestWindowMs = mailWindowMs;

/**
 * Counts a check of a password before it is looked at. An account that is being guessed at from many
 * addresses stays open to those from which its owner has logged in before (`fromKnownAddress`).
 * Answers how to take the count back. @throws DomainError `too_many_attempts`
 */
export function countPassword(
  ctx: Context,
  { email, fromKnownAddress }: { readonly email: string; readonly fromKnownAddress: boolean },
): Promise<() => Promise<void>> {
  const buckets = passwordBuckets(ctx, email).filter(
    ({ elsewhereOnly }) => !(elsewhereOnly && fromKnownAddress),
  );
  return count(ctx, logInWindowMs, buckets);
}

/**
 * Finds whom an address belongs to and counts the log-in as `countPassword` does, in one statement, which
 * answers a question besides. `attempts` are to be taken back where the password is right.
 * @throws DomainError `too_many_attempts`
 */
export async function countLogIn(
  ctx: Context,
  { email, question }: { readonly email: string; readonly question: RawBuilder<string | null> },
) {
  const now = ctx.clock.now();
  const { attempt, ...found } = await findUserToLogIn(ctx.db, {
    email,
    ipAddress: ctx.ip,
    question,
    attempt: { buckets: passwordBuckets(ctx, email), now, windowMs: logInWindowMs },
  });
  return { ...found, attempts: idsOf(attempt, now) };
}

function passwordBuckets(ctx: Context, email: string): Bucket[] {
  const address = addressOf(ctx);
  return [
    bucket(pairLimit, 'log_in', email, address),
    bucket(addressLimit, 'log_in', address),
    { ...bucket(accountLimit, 'log_in_elsewhere', email), elsewhereOnly: true },
  ];
}

/**
 * Counts a code of an authenticator app, from wherever it comes: six digits are soon guessed by who has
 * the password. Answers how to take the count back. @throws DomainError `too_many_attempts`
 */
export function countCode(ctx: Context, userId: string): Promise<() => Promise<void>> {
  return count(ctx, codeWindowMs, [bucket(codeLimit, 'code', userId)]);
}

/**
 * Counts a recovery code. Nobody guesses one, but each wrong one is an event in the audit log; apart from
 * the codes of the app, so that the owner gets in while those are being guessed at.
 */
export function countRecoveryCode(ctx: Context, userId: string): Promise<() => Promise<void>> {
  return count(ctx, codeWindowMs, [bucket(codeLimit, 'recovery_code', userId)]);
}

/** Counts a device that asks to be connected. @throws DomainError `too_many_attempts` */
export async function countDeviceRequest(ctx: Context): Promise<void> {
  await count(ctx, deviceWindowMs, [bucket(devicesPerAddress, 'device', addressOf(ctx))]);
}

/**
 * Counts a device's code that a person typed: whoever guesses one that is on another's screen would take
 * that device over. Answers how to take the count back. @throws DomainError `too_many_attempts`
 */
export function countUserCode(ctx: Context, userId: string): Promise<() => Promise<void>> {
  return count(ctx, codeWindowMs, [bucket(userCodeLimit, 'user_code', userId)]);
}

/** Counts a log-in that begins at a provider or with a passkey, for who asks. @throws DomainError `too_many_attempts` */
export async function countSignIn(ctx: Context): Promise<void> {
  await count(ctx, logInWindowMs, [bucket(addressLimit, 'sign_in', addressOf(ctx))]);
}

/** Counts an export of everything, which reads much. @throws DomainError `too_many_attempts` */
export async function countExport(ctx: Context, userId: string): Promise<void> {
  await count(ctx, exportWindowMs, [bucket(exportLimit, 'export', userId)]);
}

/** Counts a request that sends a mail, for who asks. @throws DomainError `too_many_attempts` */
export async function countMailRequest(ctx: Context): Promise<void> {
  await count(ctx, mailWindowMs, [bucket(mailsPerAddress, 'mail', addressOf(ctx))]);
}

/** Counts an invitation that goes out by mail. @throws DomainError `too_many_attempts` */
export async function countInvitation(
  ctx: Context,
  invitation: { readonly teamId: string; readonly email: string },
): Promise<void> {
  await count(ctx, mailWindowMs, [
    bucket(invitationsPerTeam, 'invite', invitation.teamId),
    bucket(invitationsPerRecipient, 'invite_to', invitation.email),
  ]);
}

/** Whether this recipient may get one more mail; saying so to the caller would give the account away. */
export async function mayMail(ctx: Context, email: string): Promise<boolean> {
  const attempt = await takeAttempt(ctx.db, {
    buckets: [bucket(mailsPerRecipient, 'mail_to', email)],
    now: ctx.clock.now(),
    windowMs: mailWindowMs,
  });
  return attempt.taken;
}

async function count(
  ctx: Context,
  windowMs: number,
  buckets: readonly Bucket[],
): Promise<() => Promise<void>> {
  const now = ctx.clock.now();
  const ids = idsOf(await takeAttempt(ctx.db, { buckets, now, windowMs }), now);
  return () => takeBack(ctx, ids);
}

/** Takes counts back. */
export async function takeBack(ctx: Context, attempts: readonly string[]): Promise<void> {
  await deleteAttempts(ctx.db, attempts);
}

/** @throws DomainError `too_many_attempts` */
function idsOf(attempt: TakenAttempt, now: Date): readonly string[] {
  if (attempt.taken) return attempt.ids;
  throw tooManyAttempts(Math.max(1, Math.ceil((attempt.freeAt.getTime() - now.getTime()) / 1000)));
}

function bucket(limit: number, ...names: readonly string[]): Bucket {
  return { limit, hash: hash('sha256', JSON.stringify(names), 'hex') };
}

function addressOf({ ip }: Context): string {
  return ip === null ? 'unknown' : networkOf(ip);
}
