import { Resolver } from 'node:dns/promises';
import {
  AccessTokens,
  type AccountServices,
  createOAuthProviders,
  type OAuthSettings,
  openBreachedPasswords,
  SigningKeys,
} from './domains/identity/index.ts';
import { requireSsoWhereSet, type SsoServices } from './domains/sso/index.ts';
import type { TeamServices } from './domains/teams/index.ts';
import type { Env } from './env.ts';
import type { Clock } from './platform/clock.ts';
import type { DatabaseHandle } from './platform/database/database.ts';
import type { Authenticators } from './platform/http/index.ts';
import { openSecretBox } from './platform/secret-box.ts';
import { publicUrlOf } from './public-url.ts';
import { changeMemberRole, removeMemberWithKeys } from './workflows/change-members.ts';
import { requestAccountDeletion } from './workflows/delete-account.ts';
import { deleteTeamWithKeys } from './workflows/delete-team.ts';
import { exportAccount } from './workflows/export-account.ts';
import { confirmSignUp, settleIn } from './workflows/sign-up.ts';
import { createUserAuthenticator } from './workflows/user-authenticator.ts';

const dnsTimeoutMs = 3000;

type AccountSettings = Pick<
  Env,
  | 'ACCOUNT_DELETION_GRACE_DAYS'
  | 'BREACHED_PASSWORDS_FILE'
  | 'PORT'
  | 'SECOND_FACTOR'
  | 'VOICEFLOW_HOME'
  | 'VOICEFLOW_PUBLIC_URL'
  | 'VOICEFLOW_SECRET'
  | 'DNS_SERVERS'
  | 'SSO_PRIVATE_NETWORK'
> &
  OAuthSettings;

export interface OpenAccounts {
  readonly routes: AccountServices;
  readonly teams: TeamServices;
  readonly sso: SsoServices;
  readonly accessToken: Authenticators['accessToken'];
}

/** What people's accounts stand on, made from the settings. */
export async function openAccounts(options: {
  readonly db: DatabaseHandle;
  readonly clock: Clock;
  readonly env: AccountSettings;
}): Promise<OpenAccounts> {
  const { db, clock, env } = options;
  const publicUrl = publicUrlOf(env);
  const box = await openSecretBox({ homeDir: env.VOICEFLOW_HOME, secret: env.VOICEFLOW_SECRET });
  const signingKeys = new SigningKeys({ db, clock, box });
  const accessTokens = new AccessTokens({ keys: signingKeys, clock, issuer: publicUrl });
  const routes: AccountServices = {
    accessTokens,
    signingKeys,
    box,
    publicUrl,
    isBreached: await openBreachedPasswords(env.BREACHED_PASSWORDS_FILE),
    oauth: createOAuthProviders(env),
    settleIn,
    logInPolicy: requireSsoWhereSet,
    confirmSignUp,
    deletionGraceDays: env.ACCOUNT_DELETION_GRACE_DAYS,
    requestAccountDeletion,
    exportAccount,
  };
  const resolver = new Resolver({ timeout: dnsTimeoutMs, tries: 2 });
  if (env.DNS_SERVERS) resolver.setServers(env.DNS_SERVERS);
  return {
    routes,
    sso: {
      accounts: routes,
      box,
      resolveTxt: (name) => resolver.resolveTxt(name),
      privateNetwork: env.SSO_PRIVATE_NETWORK === 'allowed',
    },
    teams: { publicUrl, changeMemberRole, removeMemberWithKeys, deleteTeamWithKeys },
    accessToken: createUserAuthenticator({
      db,
      clock,
      accessTokens,
      mustShowSecondFactor: env.SECOND_FACTOR === 'required',
    }),
  };
}
