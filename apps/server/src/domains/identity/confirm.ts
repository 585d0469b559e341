import { type Context, personOf, withTransaction } from '../../platform/context.ts';
import type { SecretBox } from '../../platform/secret-box.ts';
import { recordAuditEvent } from '../audit/index.ts';
import { confirmPassword } from './change-password.ts';
import {
  confirmationRequired,
  invalidPasskey,
  logInAgain,
  noWayToConfirm,
  passwordRequired,
  sessionRequired,
} from './errors.ts';
import type { AssertionInput } from './passkey-schema.ts';
import { listPasskeysOfUser } from './passkey-store.ts';
import { hasSecondFactor, useSecondFactor } from './second-factor.ts';
import { getMe } from './service.ts';
import { findSession, noteConfirmation, type StoredSession } from './session-store.ts';
import type { UserWithPassword } from './store.ts';
import { createAssertionOptions, verifyAssertion } from './webauthn.ts';

const confirmedForMs = 10 * 60_000;

export type ConfirmationMethod = 'password' | 'code' | 'passkey';

/** By what the caller can show again that it is them, and until when they have. */
export interface Confirmation {
  readonly methods: readonly ConfirmationMethod[];
  readonly confirmedUntil: Date | null;
}

/** @throws DomainError `user_required` */
export async function getConfirmation({ ctx }: { readonly ctx: Context }): Promise<Confirmation> {
  const user = await getMe({ ctx });
  const session = await currentSession(ctx);
  return { methods: await methodsOf(ctx, user), confirmedUntil: confirmedUntil(ctx, session) };
}

/** What the caller's browser needs to confirm with a passkey. @throws DomainError `no_way_to_confirm` */
export async function proposeConfirmation({
  ctx,
  publicUrl,
}: {
  readonly ctx: Context;
  readonly publicUrl: string;
}) {
  const { id: userId } = await getMe({ ctx });
  const passkeys = await listPasskeysOfUser(ctx.db, userId);
  if (passkeys.length === 0) throw noWayToConfirm('passkey');
  return createAssertionOptions(ctx, { publicUrl, purpose: 'confirm', userId, passkeys });
}

export interface ConfirmationInput {
  readonly password?: string | undefined;
  readonly code?: string | undefined;
  readonly passkey?: AssertionInput | undefined;
}

/**
 * Notes in the caller's session that they have shown again that it is them, which opens what a stranger
 * at an unlocked screen must not do. An account that has nothing to show it by, because another
 * service vouches for it, must have logged in just before.
 * @throws DomainError `wrong_password`, `invalid_code`, `invalid_passkey`, `no_way_to_confirm`, `log_in_again`, `too_many_attempts`, `session_required`, `user_required`
 */
export async function confirmIdentity({
  ctx,
  input,
  box,
  publicUrl,
}: {
  readonly ctx: Context;
  readonly input: ConfirmationInput;
  readonly box: SecretBox;
  readonly publicUrl: string;
}): Promise<void> {
  const user = await getMe({ ctx });
  const session = await currentSession(ctx);
  if (!session) throw sessionRequired();
  const method = await proveIdentity(ctx, { user, session, input, box, publicUrl });
  await withTransaction(ctx, async (ctx) => {
    await noteConfirmation(ctx.db, { id: session.id, confirmedAt: ctx.clock.now() });
    await recordAuditEvent({
      ctx,
      input: {
        eventType: 'user.confirmed',
        teamId: null,
        resource: { type: 'user', id: user.id },
        details: { method },
      },
    });
  });
}

async function proveIdentity(
  ctx: Context,
  proof: {
    readonly user: UserWithPassword;
    readonly session: StoredSession;
    readonly input: ConfirmationInput;
    readonly box: SecretBox;
    readonly publicUrl: string;
  },
): Promise<ConfirmationMethod | 'log_in'> {
  const { user, session, input, box, publicUrl } = proof;
  if (input.password !== undefined) {
    if (user.passwordHash === null) throw noWayToConfirm('password');
    await confirmPassword(ctx, user, input.password, 'password');
    return 'password';
  }
  if (input.code !== undefined) {
    if (!(await hasSecondFactor(ctx, user.id))) throw noWayToConfirm('code');
    await useSecondFactor(ctx, { userId: user.id, code: input.code, box });
    return 'code';
  }
  if (input.passkey !== undefined) {
    const response = input.passkey;
    const answer = { publicUrl, purpose: 'confirm', userId: user.id, response } as const;
    if (!(await verifyAssertion(ctx, answer))) throw invalidPasskey('passkey');
    return 'passkey';
  }
  const methods = await methodsOf(ctx, user);
  if (methods.length > 0) throw confirmationRequired(methods);
  if (isOver(ctx, session.createdAt)) throw logInAgain();
  return 'log_in';
}

/** @throws DomainError `confirmation_required` unless the caller has confirmed in the last ten minutes */
export async function requireConfirmation(ctx: Context): Promise<void> {
  if (!confirmedUntil(ctx, await currentSession(ctx))) throw confirmationRequired();
}

/**
 * Takes the password where the account has one, else what `requireConfirmation` does.
 * @throws DomainError `wrong_password`, `confirmation_required`, `too_many_attempts`
 */
export async function requirePasswordOrConfirmation(
  ctx: Context,
  user: UserWithPassword,
  password: string | undefined,
): Promise<void> {
  if (user.passwordHash === null) return requireConfirmation(ctx);
  if (password === undefined) throw passwordRequired();
  await confirmPassword(ctx, user, password, 'password');
}

async function currentSession(ctx: Context): Promise<StoredSession | undefined> {
  const person = personOf(ctx.actor);
  if (person?.sessionId === undefined) return undefined;
  return findSession(ctx.db, { id: person.sessionId, userId: person.userId });
}

async function methodsOf(ctx: Context, user: UserWithPassword): Promise<ConfirmationMethod[]> {
  const methods: ConfirmationMethod[] = [];
  if (user.passwordHash !== null) methods.push('password');
  if (await hasSecondFactor(ctx, user.id)) methods.push('code');
  if ((await listPasskeysOfUser(ctx.db, user.id)).length > 0) methods.push('passkey');
  return methods;
}

function confirmedUntil(ctx: Context, session: StoredSession | undefined): Date | null {
  const at = session?.confirmedAt;
  return !at || isOver(ctx, at) ? null : new Date(at.getTime() + confirmedForMs);
}

function isOver(ctx: Context, at: Date): boolean {
  return ctx.clock.now().getTime() - at.getTime() >= confirmedForMs;
}
