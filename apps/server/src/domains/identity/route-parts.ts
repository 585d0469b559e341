import type { Context } from '../../platform/context.ts';
import type { SecretBox } from '../../platform/secret-box.ts';
import type { AccessTokens } from './access-tokens.ts';
import type { AccountExport } from './account-schema.ts';
import type { SettleIn } from './external-log-in.ts';
import type { LogInPolicy } from './log-in.ts';
import type { OAuthProvider } from './oauth-providers.ts';
import type { IsBreached } from './password.ts';
import type { OpenSession } from './sessions.ts';
import type { SigningKeys } from './signing-keys.ts';

export interface AccountServices {
  readonly accessTokens: AccessTokens;
  readonly signingKeys: SigningKeys;
  readonly box: SecretBox;
  /** Without a slash at the end. */
  readonly publicUrl: string;
  readonly isBreached: IsBreached;
  /** Through whom one can log in, by id. */
  readonly oauth: ReadonlyMap<string, OAuthProvider>;
  readonly settleIn: SettleIn;
  readonly logInPolicy: LogInPolicy;
  /** Proves the address of a new user, with what follows from it, and logs them in. */
  readonly confirmSignUp: (call: {
    readonly ctx: Context;
    readonly input: { readonly token: string; readonly password: string };
  }) => Promise<OpenSession>;
  /** Days from the wish to delete an account to its end. */
  readonly deletionGraceDays: number;
  /** Lists an account among those that go, unless others depend on it. Answers when it goes. */
  readonly requestAccountDeletion: (call: {
    readonly ctx: Context;
    readonly input: { readonly graceDays: number; readonly publicUrl: string };
  }) => Promise<Date>;
  readonly exportAccount: (call: { readonly ctx: Context }) => Promise<AccountExport>;
}

export const anonymous = { config: { anonymous: true } } as const;
export const shared = { tags: ['Accounts'], security: [] };
export const bodyProblems = ['invalid_field', 'body_too_large', 'unsupported_media_type'] as const;
/** Routes about the account of who calls. */
export const ownAccount = { tags: ['Accounts'], security: [{ AccessToken: [] }] };
export const ownProblems = [...bodyProblems, 'missing_credential', 'user_required'] as const;
