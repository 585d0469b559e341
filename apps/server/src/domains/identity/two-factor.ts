import { randomInt } from 'node:crypto';
import { Secret } from 'otpauth';
import { type Context, personOf, withTransaction } from '../../platform/context.ts';
import { queueMail } from '../../platform/mail/index.ts';
import type { SecretBox } from '../../platform/secret-box.ts';
import { recordAuditEvent } from '../audit/index.ts';
import { requirePasswordOrConfirmation } from './confirm.ts';
import { codeRequired, twoFactorOff, twoFactorOn } from './errors.ts';
import { recoveryCodesReplacedMail, twoFactorDisabledMail, twoFactorEnabledMail } from './mails.ts';
import { hashRecoveryCode, totpOf, useSecondFactor, useTotpCode } from './second-factor.ts';
import { getMe } from './service.ts';
import { revokeSessionsOfUser } from './session-store.ts';
import type { User } from './store.ts';
import {
  confirmTotpFactor,
  deleteTotpFactor,
  findTotpFactor,
  lockTotpFactor,
  proposeTotpFactor,
  replaceRecoveryCodes,
} from './two-factor-store.ts';

const secretBytes = 20;
const recoveryCodeCount = 10;
/** 24 letters and digits of Crockford's base32, 120 bits: a plain hash will do (OWASP ASVS 5.0, 6.5.2). */
const recoveryCodeGroups = 6;
const recoveryAlphabet = '0123456789abcdefghjkmnpqrstvwxyz';

interface TwoFactorCall<Input> {
  readonly ctx: Context;
  readonly input: Input;
  readonly box: SecretBox;
}

/**
 * A secret for an authenticator app. It counts once a first code of it was confirmed.
 * @throws DomainError `wrong_password`, `confirmation_required`, `two_factor_on`, `too_many_attempts`, `user_required`
 */
export async function proposeTwoFactor({
  ctx,
  input,
  box,
}: TwoFactorCall<Pick<TwoFactorProof, 'password'>>): Promise<{
  readonly secret: string;
  readonly uri: string;
}> {
  const user = await getMe({ ctx });
  await requirePasswordOrConfirmation(ctx, user, input.password);
  const totp = totpOf(new Secret({ size: secretBytes }), user.email);
  const secret = totp.secret.base32;
  const sealedSecret = await box.seal(secret);
  await withTransaction(ctx, async (ctx) => {
    const createdAt = ctx.clock.now();
    const proposed = await proposeTotpFactor(ctx.db, { userId: user.id, sealedSecret, createdAt });
    if (!proposed) throw twoFactorOn();
    await recordTwoFactorEvent(ctx, user.id, 'user.two_factor_proposed');
  });
  return { secret, uri: totp.toString() };
}

/**
 * Turns the second factor on, ends the sessions that were opened without it elsewhere, and tells the
 * owner by mail. The recovery codes are in this answer and nowhere else.
 * @throws DomainError `invalid_code`, `two_factor_on`, `two_factor_off`, `too_many_attempts`
 */
export async function confirmTwoFactor({
  ctx,
  input,
  box,
}: TwoFactorCall<{ readonly code: string }>): Promise<readonly string[]> {
  const { id: userId, email } = await getMe({ ctx });
  const factor = await findTotpFactor(ctx.db, userId);
  if (!factor) throw twoFactorOff();
  if (factor.confirmedAt) throw twoFactorOn();
  await useTotpCode(ctx, { userId, factor, box, code: input.code });
  const codes = createRecoveryCodes();
  await withTransaction(ctx, async (ctx) => {
    const confirmed = await confirmTotpFactor(ctx.db, { userId, confirmedAt: ctx.clock.now() });
    if (!confirmed) throw twoFactorOn();
    await replaceRecoveryCodes(ctx.db, { userId, hashes: codes.map(hashRecoveryCode) });
    const except = personOf(ctx.actor)?.sessionId;
    await revokeSessionsOfUser(ctx.db, { userId, revokedAt: ctx.clock.now(), except });
    await queueMail(ctx, twoFactorEnabledMail(email));
    await recordTwoFactorEvent(ctx, userId, 'user.two_factor_enabled');
  });
  return codes;
}

/** The password and a code of either kind; nothing of who has no password and has confirmed that it is them. */
export interface TwoFactorProof {
  readonly password?: string | undefined;
  readonly code?: string | undefined;
}

/**
 * Makes new recovery codes in place of those that are left, and tells the owner by mail. They are in this
 * answer and nowhere else.
 * @throws DomainError `wrong_password`, `confirmation_required`, `invalid_code`, `two_factor_off`, `too_many_attempts`
 */
export async function replaceOwnRecoveryCodes({
  ctx,
  input,
  box,
  publicUrl,
}: TwoFactorCall<TwoFactorProof> & { readonly publicUrl: string }): Promise<readonly string[]> {
  const user = await proveTwoFactor(ctx, input, box);
  const codes = createRecoveryCodes();
  await withTransaction(ctx, async (ctx) => {
    if (!(await lockTotpFactor(ctx.db, user.id))) throw twoFactorOff();
    await replaceRecoveryCodes(ctx.db, { userId: user.id, hashes: codes.map(hashRecoveryCode) });
    await queueMail(ctx, recoveryCodesReplacedMail(user.email, publicUrl));
    await recordTwoFactorEvent(ctx, user.id, 'user.recovery_codes_replaced');
  });
  return codes;
}

/**
 * Turns the second factor off, and tells the owner by mail.
 * @throws DomainError `wrong_password`, `confirmation_required`, `invalid_code`, `two_factor_off`, `too_many_attempts`
 */
export async function disableTwoFactor({
  ctx,
  input,
  box,
  publicUrl,
}: TwoFactorCall<TwoFactorProof> & { readonly publicUrl: string }): Promise<void> {
  const user = await proveTwoFactor(ctx, input, box);
  await withTransaction(ctx, async (ctx) => {
    if (!(await lockTotpFactor(ctx.db, user.id))) throw twoFactorOff();
    await deleteTotpFactor(ctx.db, user.id);
    await queueMail(ctx, twoFactorDisabledMail(user.email, publicUrl));
    await recordTwoFactorEvent(ctx, user.id, 'user.two_factor_disabled');
  });
}

async function proveTwoFactor(
  ctx: Context,
  { password, code }: TwoFactorProof,
  box: SecretBox,
): Promise<User> {
  const user = await getMe({ ctx });
  await requirePasswordOrConfirmation(ctx, user, password);
  if (code !== undefined) await useSecondFactor(ctx, { userId: user.id, code, box });
  else if (user.passwordHash !== null) throw codeRequired();
  return user;
}

function createRecoveryCodes(): string[] {
  return Array.from({ length: recoveryCodeCount }, createRecoveryCode);
}

/** `k7qm-…`: groups of four. */
function createRecoveryCode(): string {
  const letter = () => recoveryAlphabet.charAt(randomInt(recoveryAlphabet.length));
  const group = () => Array.from({ length: 4 }, letter).join('');
  return Array.from({ length: recoveryCodeGroups }, group).join('-');
}

function recordTwoFactorEvent(ctx: Context, userId: string, eventType: string): Promise<void> {
  return recordAuditEvent({
    ctx,
    input: { eventType, teamId: null, resource: { type: 'user', id: userId } },
  });
}
