import { randomInt } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import { type Context, withTransaction } from '../../platform/context.ts';
import type { SecretBox } from '../../platform/secret-box.ts';
import { recordAuditEvent } from '../audit/index.ts';
import { confirmPassword } from './change-password.ts';
import { invalidCode, secondFactorRequired, twoFactorOff, twoFactorOn } from './errors.ts';
import { hashToken } from './secret-token.ts';
import { getMe } from './service.ts';
import { countCode } from './throttle.ts';
import {
  confirmTotpFactor,
  deleteTotpFactor,
  findTotpFactor,
  proposeTotpFactor,
  replaceRecoveryCodes,
  type TotpFactor,
  useRecoveryCode,
  useTotpStep,
} from './two-factor-store.ts';

const stepSeconds = 30;
/** Steps before and after the present one whose codes are taken too: clocks differ, people are slow. */
const toleratedSteps = 1;
const secretBytes = 20;
const recoveryCodeCount = 10;
/** 24 letters and digits of Crockford's base32, 120 bits: a plain hash will do (OWASP ASVS 5.0, 6.5.2). */
const recoveryCodeGroups = 6;
const recoveryAlphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const totpCode = /^\d{6}$/;

interface TwoFactorCall<Input> {
  readonly ctx: Context;
  readonly input: Input;
  readonly box: SecretBox;
}

/**
 * A secret for an authenticator app. It counts once a first code of it was confirmed.
 * @throws DomainError `wrong_password`, `two_factor_on`, `too_many_attempts`, `user_required`
 */
export async function proposeTwoFactor({
  ctx,
  input,
  box,
}: TwoFactorCall<{ readonly password: string }>): Promise<{
  readonly secret: string;
  readonly uri: string;
}> {
  const user = await getMe({ ctx });
  await confirmPassword(ctx, user, input.password, 'password');
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
 * Turns the second factor on. The recovery codes are in this answer and nowhere else.
 * @throws DomainError `invalid_code`, `two_factor_on`, `two_factor_off`, `too_many_attempts`
 */
export async function confirmTwoFactor({
  ctx,
  input,
  box,
}: TwoFactorCall<{ readonly code: string }>): Promise<readonly string[]> {
  const { id: userId } = await getMe({ ctx });
  const factor = await findTotpFactor(ctx.db, userId);
  if (!factor) throw twoFactorOff();
  if (factor.confirmedAt) throw twoFactorOn();
  await useTotpCode(ctx, { userId, factor, box, code: input.code });
  const codes = Array.from({ length: recoveryCodeCount }, createRecoveryCode);
  await withTransaction(ctx, async (ctx) => {
    const confirmed = await confirmTotpFactor(ctx.db, { userId, confirmedAt: ctx.clock.now() });
    if (!confirmed) throw twoFactorOn();
    await replaceRecoveryCodes(ctx.db, { userId, hashes: codes.map(hashRecoveryCode) });
    await recordTwoFactorEvent(ctx, userId, 'user.two_factor_enabled');
  });
  return codes;
}

/**
 * Turns the second factor off, for who has the password and a code of either kind.
 * @throws DomainError `wrong_password`, `invalid_code`, `two_factor_off`, `too_many_attempts`
 */
export async function disableTwoFactor({
  ctx,
  input,
  box,
}: TwoFactorCall<{ readonly password: string; readonly code: string }>): Promise<void> {
  const user = await getMe({ ctx });
  await confirmPassword(ctx, user, input.password, 'password');
  await useSecondFactor(ctx, { userId: user.id, code: input.code, box });
  await withTransaction(ctx, async (ctx) => {
    await deleteTotpFactor(ctx.db, user.id);
    await recordTwoFactorEvent(ctx, user.id, 'user.two_factor_disabled');
  });
}

/**
 * Asks for the second factor of who has one, once the password was right.
 * @throws DomainError `second_factor_required`, `invalid_code`, `too_many_attempts`
 */
export async function requireSecondFactor(
  ctx: Context,
  log: Omit<CodeUse, 'factor' | 'code'> & {
    readonly factor: TotpFactor | undefined;
    readonly code: string | undefined;
  },
): Promise<void> {
  const { factor, code } = log;
  if (!factor?.confirmedAt) return;
  if (code === undefined) throw secondFactorRequired();
  await useCode(ctx, { ...log, factor, code });
}

export async function hasSecondFactor(ctx: Context, userId: string): Promise<boolean> {
  const factor = await findTotpFactor(ctx.db, userId);
  return Boolean(factor?.confirmedAt);
}

/**
 * Takes a code of either kind of who has a second factor.
 * @throws DomainError `invalid_code`, `two_factor_off`, `too_many_attempts`
 */
export async function useSecondFactor(
  ctx: Context,
  use: { readonly userId: string; readonly code: string; readonly box: SecretBox },
): Promise<void> {
  const factor = await findTotpFactor(ctx.db, use.userId);
  if (!factor?.confirmedAt) throw twoFactorOff();
  await useCode(ctx, { ...use, factor });
}

interface CodeUse {
  readonly userId: string;
  readonly factor: TotpFactor;
  readonly code: string;
  readonly box: SecretBox;
}

async function useCode(ctx: Context, use: CodeUse): Promise<void> {
  if (totpCode.test(use.code)) return useTotpCode(ctx, use);
  const hash = hashRecoveryCode(use.code);
  if (!(await useRecoveryCode(ctx.db, { userId: use.userId, hash }))) throw invalidCode();
}

async function useTotpCode(ctx: Context, { userId, factor, code, box }: CodeUse): Promise<void> {
  const takeBackCount = await countCode(ctx, userId);
  const secret = await box.open(factor.sealedSecret);
  if (secret === undefined) throw new Error('a TOTP secret was sealed under another secret');
  const timestamp = ctx.clock.now().getTime();
  const delta = totpOf(Secret.fromBase32(secret)).validate({
    token: code,
    timestamp,
    window: toleratedSteps,
  });
  if (delta === null) throw invalidCode();
  const step = Math.floor(timestamp / (stepSeconds * 1000)) + delta;
  if (!(await useTotpStep(ctx.db, { userId, step }))) throw invalidCode();
  await takeBackCount();
}

/** What authenticator apps take by default: SHA-1, 6 digits, 30 seconds. */
function totpOf(secret: Secret, label = ''): TOTP {
  return new TOTP({ issuer: 'VoiceFlow', label, secret, period: stepSeconds, digits: 6 });
}

/** `k7qm-…`: groups of four. */
function createRecoveryCode(): string {
  const letter = () => recoveryAlphabet.charAt(randomInt(recoveryAlphabet.length));
  const group = () => Array.from({ length: 4 }, letter).join('');
  return Array.from({ length: recoveryCodeGroups }, group).join('-');
}

function hashRecoveryCode(code: string): string {
  return hashToken(code.toLowerCase().replaceAll(/[\s-]/g, ''));
}

function recordTwoFactorEvent(ctx: Context, userId: string, eventType: string): Promise<void> {
  return recordAuditEvent({
    ctx,
    input: { eventType, teamId: null, resource: { type: 'user', id: userId } },
  });
}
