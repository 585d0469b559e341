import { Secret, TOTP } from 'otpauth';
import type { Context } from '../../platform/context.ts';
import type { SecretBox } from '../../platform/secret-box.ts';
import { invalidCode, secondFactorRequired, twoFactorOff } from './errors.ts';
import { hashToken } from './secret-token.ts';
import { countCode, countRecoveryCode } from './throttle.ts';
import {
  findTotpFactor,
  type TotpFactor,
  useRecoveryCode,
  useTotpStep,
} from './two-factor-store.ts';

const stepSeconds = 30;
/** A code of the step before is taken too, for who types slowly (RFC 6238, 5.2); one of the next is not. */
const latestSteps = 1;
const totpCode = /^\d{6}$/;

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
  if (totpCode.test(withoutSpaces(use.code))) return useTotpCode(ctx, use);
  const takeBackCount = await countRecoveryCode(ctx, use.userId);
  const hash = hashRecoveryCode(use.code);
  if (!(await useRecoveryCode(ctx.db, { userId: use.userId, hash }))) throw invalidCode();
  await takeBackCount();
}

/** Takes a code of the app. @throws DomainError `invalid_code`, `too_many_attempts` */
export async function useTotpCode(
  ctx: Context,
  { userId, factor, code, box }: CodeUse,
): Promise<void> {
  const takeBackCount = await countCode(ctx, userId);
  const secret = await box.open(factor.sealedSecret);
  if (secret === undefined) throw new Error('a TOTP secret was sealed under another secret');
  const timestamp = ctx.clock.now().getTime();
  const delta = totpOf(Secret.fromBase32(secret)).validate({
    token: withoutSpaces(code),
    timestamp,
    window: latestSteps,
  });
  if (delta === null || delta > 0) throw invalidCode();
  const step = Math.floor(timestamp / (stepSeconds * 1000)) + delta;
  if (!(await useTotpStep(ctx.db, { userId, step }))) throw invalidCode();
  await takeBackCount();
}

/** What authenticator apps take by default: SHA-1, 6 digits, 30 seconds. */
export function totpOf(secret: Secret, label = ''): TOTP {
  return new TOTP({ issuer: 'VoiceFlow', label, secret, period: stepSeconds, digits: 6 });
}

export function hashRecoveryCode(code: string): string {
  return hashToken(withoutSpaces(code).toLowerCase().replaceAll('-', ''));
}

/** Apps show a code in two halves. */
function withoutSpaces(code: string): string {
  return code.replaceAll(/\s/g, '');
}
