import { createHmac } from 'node:crypto';
import { z } from 'zod';
import type { Context } from '../../platform/context.ts';
import { signInExpired } from './errors.ts';
import { createSecretToken, hashToken } from './secret-token.ts';
import {
  findSignIn,
  insertSignIn,
  type SignInRow,
  type SignInStage,
  takeSignIn,
} from './sign-in-store.ts';
import { countSignIn } from './throttle.ts';

/** For a person who has to remember a password elsewhere, or to find their phone. */
export const signInSeconds = 10 * 60;

/** Whom a provider vouches for. `email` is there only where the provider says that it is theirs. */
export interface ExternalProfile {
  /** `google`, `github`, or the public id of a team's identity provider. */
  readonly provider: string;
  readonly subject: string;
  readonly email: string | null;
  readonly name: string | null;
}

const profileSchema = z.object({
  provider: z.string(),
  subject: z.string(),
  email: z.string().nullable(),
  name: z.string().nullable(),
});

/** What a log-in elsewhere begins with. */
export interface BegunSignIn {
  /** Comes back with the browser, through the provider. */
  readonly state: string;
  /** Stays with the browser that begins, in a cookie. */
  readonly browserToken: string;
}

/**
 * Notes that a browser leaves for a provider. Who comes back must bring both the state and the cookie,
 * so that nobody logs another person in to an account that is not theirs.
 */
export async function beginSignIn(
  ctx: Context,
  begin: {
    readonly provider: string;
    /** Who connects an account elsewhere to theirs; null for a log-in. */
    readonly userId: string | null;
    readonly next: string;
    /** Of the session that the browser has, which the log-in ends. */
    readonly formerToken?: string | undefined;
  },
): Promise<BegunSignIn> {
  await countSignIn(ctx);
  const state = createSecretToken();
  const browserToken = createSecretToken();
  const tokenHash = hashToken(state);
  const browserHash = hashToken(browserToken);
  const { provider, userId, next, formerToken } = begin;
  const formerTokenHash = formerToken === undefined ? null : hashToken(formerToken);
  const row = { provider, userId, next, formerTokenHash, profile: null };
  await store(ctx, { ...row, stage: 'begun', tokenHash, browserHash });
  return { state, browserToken };
}

/** Ends the way out, once. @throws DomainError `sign_in_expired` */
export async function endSignIn(
  ctx: Context,
  end: BegunSignIn & { readonly provider: string },
): Promise<SignInRow> {
  const signIn = await takeSignIn(ctx.db, {
    tokenHash: hashToken(end.state),
    browserHash: hashToken(end.browserToken),
    stage: 'begun',
    now: ctx.clock.now(),
  });
  // An answer to another provider's question is none.
  if (signIn?.provider !== end.provider) throw signInExpired();
  return signIn;
}

/**
 * The same for a provider that sends the browser back by a form, with which the cookie does not come.
 * What it brought must be handed on to a request that has the cookie. @throws DomainError `sign_in_expired`
 */
export async function receiveSignIn(
  ctx: Context,
  received: { readonly state: string; readonly provider: string },
): Promise<SignInRow> {
  const signIn = await takeSignIn(ctx.db, {
    tokenHash: hashToken(received.state),
    browserHash: undefined,
    stage: 'begun',
    now: ctx.clock.now(),
  });
  if (signIn?.provider !== received.provider) throw signInExpired();
  return signIn;
}

/** Keeps a proven profile for the browser that began. Answers what it must bring beside its cookie. */
export async function handOnSignIn(
  ctx: Context,
  received: SignInRow,
  profile: ExternalProfile,
): Promise<string> {
  const token = createSecretToken();
  const tokenHash = hashToken(token);
  await store(ctx, { ...received, stage: 'proven', tokenHash, profile: { ...profile } });
  return token;
}

/** Whom a provider vouched for, and what the browser that began wants and has. */
export interface ProvenSignIn {
  readonly profile: ExternalProfile;
  readonly next: string;
  readonly formerTokenHash: string | null;
}

/** @throws DomainError `sign_in_expired` */
export async function endHandedOnSignIn(
  ctx: Context,
  end: { readonly token: string; readonly browserToken: string; readonly provider: string },
): Promise<ProvenSignIn> {
  const signIn = await takeSignIn(ctx.db, {
    tokenHash: hashToken(end.token),
    browserHash: hashToken(end.browserToken),
    stage: 'proven',
    now: ctx.clock.now(),
  });
  if (signIn?.provider !== end.provider) throw signInExpired();
  const { next, formerTokenHash } = signIn;
  return { profile: profileSchema.parse(signIn.profile), next, formerTokenHash };
}

/** Keeps a proven profile for the browser that must still bring the second factor. */
export async function awaitSecondFactor(
  ctx: Context,
  wait: { readonly userId: string; readonly profile: ExternalProfile; readonly next: string },
): Promise<string> {
  const browserToken = createSecretToken();
  const { profile, userId, next } = wait;
  const hash = hashToken(browserToken);
  await store(ctx, {
    stage: 'second_factor',
    tokenHash: hash,
    browserHash: hash,
    provider: profile.provider,
    profile: { ...profile },
    userId,
    next,
    // The code comes from a page of this server, with the cookies of the session that it ends.
    formerTokenHash: null,
  });
  return browserToken;
}

export interface AwaitedSecondFactor {
  readonly userId: string;
  readonly profile: ExternalProfile;
  readonly next: string;
}

/** @throws DomainError `sign_in_expired` */
export async function findAwaitedSecondFactor(
  ctx: Context,
  browserToken: string,
): Promise<AwaitedSecondFactor> {
  return toAwaited(await findSignIn(ctx.db, secondFactorKey(ctx, browserToken)));
}

/** The same, once. @throws DomainError `sign_in_expired` */
export async function endAwaitedSecondFactor(ctx: Context, browserToken: string): Promise<void> {
  toAwaited(await takeSignIn(ctx.db, secondFactorKey(ctx, browserToken)));
}

function secondFactorKey(ctx: Context, browserToken: string) {
  const hash = hashToken(browserToken);
  const stage = 'second_factor' as const;
  return { tokenHash: hash, browserHash: hash, stage, now: ctx.clock.now() };
}

function toAwaited(signIn: SignInRow | undefined): AwaitedSecondFactor {
  if (!signIn?.userId) throw signInExpired();
  return {
    userId: signIn.userId,
    profile: profileSchema.parse(signIn.profile),
    next: signIn.next,
  };
}

async function store(
  ctx: Context,
  signIn: SignInRow & { readonly stage: SignInStage; readonly tokenHash: string },
): Promise<void> {
  const createdAt = ctx.clock.now();
  await insertSignIn(ctx.db, {
    ...signIn,
    createdAt,
    expiresAt: new Date(createdAt.getTime() + signInSeconds * 1000),
  });
}

/**
 * A secret of one log-in that the provider needs and the database must not have: only the browser
 * that began brings what it is made of.
 */
export function deriveSignInSecret(begun: BegunSignIn, purpose: 'code_verifier' | 'nonce'): string {
  return createHmac('sha256', begun.browserToken)
    .update(`${purpose}:${begun.state}`)
    .digest('base64url');
}
