import { z } from 'zod';
import { formatId } from '../../platform/ids.ts';
import { nameSchema } from '../../platform/name-schema.ts';
import { maxPasswordCharacters, minPasswordCharacters } from './password.ts';
import type { User } from './store.ts';

const email = z.string().min(3).max(320).meta({ example: 'ada@example.com' });

/** Counted as a person counts, not in UTF-16 units. */
const newPassword = z
  .string()
  .max(2 * maxPasswordCharacters)
  .refine((text) => [...text].length >= minPasswordCharacters, {
    error: `must have at least ${minPasswordCharacters} characters`,
  })
  .refine((text) => [...text].length <= maxPasswordCharacters, {
    error: `must have at most ${maxPasswordCharacters} characters`,
  })
  .describe(
    `${minPasswordCharacters} to ${maxPasswordCharacters} characters of any kind, and not among the common ones.`,
  )
  .meta({ example: 'correct horse battery staple' });

export const givenPassword = z
  .string()
  .min(1)
  .max(2 * maxPasswordCharacters)
  .meta({ example: 'correct horse battery staple' });

const secretToken = z.string().min(1).max(200);

const name = nameSchema({ max: 255 }).meta({ example: 'Ada Lovelace' });

export const registerSchema = z
  .strictObject({ email, password: newPassword, name: name.optional() })
  .meta({ id: 'Register' });
export type RegisterInput = z.output<typeof registerSchema>;

export const verifyEmailSchema = z
  .strictObject({
    token: secretToken.describe('From the link in the mail.'),
    password: givenPassword.describe('The one with which the address was registered.'),
  })
  .meta({ id: 'VerifyEmail' });

export const confirmEmailSchema = z
  .strictObject({ token: secretToken.describe('From the link in the mail.') })
  .meta({ id: 'ConfirmEmail' });

export const forgotPasswordSchema = z.strictObject({ email }).meta({ id: 'ForgotPassword' });

export const resetPasswordSchema = z
  .strictObject({
    token: secretToken.describe('From the link in the mail.'),
    password: newPassword,
  })
  .meta({ id: 'ResetPassword' });

export const changePasswordSchema = z
  .strictObject({ current_password: givenPassword, new_password: newPassword })
  .meta({ id: 'ChangePassword' });

const ownPassword = givenPassword
  .optional()
  .describe('Asked for where the account has one. Else confirm first that it is you.');

export const changeEmailSchema = z
  .strictObject({ email, password: ownPassword })
  .meta({ id: 'ChangeEmail' });

export const code = z
  .string()
  .min(6)
  .max(30)
  .describe('Six digits of the authenticator app, or a recovery code.')
  .meta({ example: '123456' });

export const passwordSchema = z
  .strictObject({ password: ownPassword })
  .meta({ id: 'PasswordConfirmation' });

export const codeSchema = z.strictObject({ code }).meta({ id: 'Code' });

export const twoFactorProofSchema = z
  .strictObject({
    password: ownPassword,
    code: code
      .optional()
      .describe(
        'Asked for beside the password: six digits of the authenticator app, or a recovery code.',
      ),
  })
  .meta({ id: 'TwoFactorProof' });

export const totpSecretSchema = z
  .object({
    secret: z.string().describe('In base32, to type in.'),
    uri: z.string().describe('`otpauth://…`, to show as a QR code.'),
  })
  .meta({ id: 'TotpSecret' });

export const recoveryCodesSchema = z
  .object({ recovery_codes: z.array(z.string()) })
  .meta({ id: 'RecoveryCodes' });

export const logInSchema = z
  .strictObject({
    email,
    password: givenPassword,
    code: code
      .optional()
      .describe('For an account with a second factor: asked for by 401 `second_factor_required`.'),
  })
  .meta({ id: 'LogIn' });
export type LogInInput = z.output<typeof logInSchema>;

const refreshToken = secretToken
  .optional()
  .describe('For programs. A page of this server sends it as a cookie.');

export const refreshSchema = z
  .strictObject({ refresh_token: refreshToken })
  .meta({ id: 'Refresh' });

export const logOutSchema = z
  .strictObject({
    refresh_token: refreshToken,
    everywhere: z.boolean().default(false).describe('Ends all sessions of the account.'),
  })
  .meta({ id: 'LogOut' });

export const tokensSchema = z
  .object({
    token_type: z.literal('Bearer'),
    expires_in: z
      .int()
      .describe('Seconds for which the access token is valid.')
      .meta({ example: 900 }),
    access_token: z
      .string()
      .optional()
      .describe(
        'Send it as `Authorization: Bearer …`. A page of this server gets a cookie in its place.',
      ),
    refresh_token: z.string().optional().describe('Good for one refresh, within 30 days.'),
  })
  .meta({ id: 'Tokens' });

export const userSchema = z.object({
  id: z.string().meta({ example: 'user_01jd3x5qf8e5v9b1m2n3p4q5r6' }),
  email: z.string(),
  email_verified: z.boolean(),
  name: z.string().nullable(),
  created_at: z.iso.datetime(),
  deletion_due_at: z.iso
    .datetime()
    .nullable()
    .describe('When the account is erased, as its owner asked; null: it stays.'),
});

export const meSchema = userSchema
  .extend({
    has_password: z.boolean().describe('False for who logs in by other means alone.'),
    two_factor: z.boolean().describe('Whether a log-in by password asks for a second factor.'),
    local_operator: z
      .boolean()
      .describe("Whether this is the person at the server's own machine, who did not log in."),
    team: z
      .object({
        id: z.string().meta({ example: 'team_01jd3x5qf8e5v9b1m2n3p4q5r6' }),
        role: z.enum(['owner', 'admin', 'developer', 'viewer']),
        lacks_second_factor: z
          .boolean()
          .describe('Whether it asks for a second factor that this session has not shown.'),
      })
      .nullable()
      .describe(
        'The team that this request acts in: that of `X-VoiceFlow-Team`, else that whose identity provider opened the session, else the oldest. Null for who belongs to none.',
      ),
  })
  .meta({ id: 'Me' });

export const jwksSchema = z
  .object({
    keys: z.array(z.looseObject({ kid: z.string().optional(), kty: z.string().optional() })),
  })
  .meta({ id: 'JsonWebKeySet' });

export const acceptedSchema = z.object({ status: z.literal('mail_sent') }).meta({ id: 'MailSent' });

/** The user as the API shows them, but for the team. */
export function presentUser(user: User) {
  return {
    id: formatId('user', user.id),
    email: user.email,
    email_verified: user.emailVerifiedAt !== null,
    name: user.name,
    created_at: user.createdAt.toISOString(),
    deletion_due_at: user.deletionDueAt?.toISOString() ?? null,
  };
}
