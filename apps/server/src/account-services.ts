import {
  AccessTokens,
  type AccountServices,
  deleteExpiredAccountData,
  SigningKeys,
} from './domains/identity/index.ts';
import type { Env } from './env.ts';
import type { Clock } from './platform/clock.ts';
import type { DatabaseHandle } from './platform/database/database.ts';
import type { Authenticators } from './platform/http/index.ts';
import type { Log } from './platform/log.ts';
import { openMailSender } from './platform/mail/index.ts';
import { openSecretBox } from './platform/secret-box.ts';
import { confirmSignUp } from './workflows/sign-up.ts';
import { createUserAuthenticator } from './workflows/user-authenticator.ts';

type AccountSettings = Pick<
  Env,
  'PORT' | 'VOICEFLOW_HOME' | 'VOICEFLOW_PUBLIC_URL' | 'VOICEFLOW_SECRET' | 'SMTP_URL' | 'MAIL_FROM'
>;

export interface OpenAccounts {
  readonly routes: AccountServices;
  readonly accessToken: Authenticators['accessToken'];
  deleteExpired(): Promise<void>;
  close(): Promise<void>;
}

/** What people's accounts stand on, made from the settings. Mail begins to go out. */
export async function openAccounts(options: {
  readonly db: DatabaseHandle;
  readonly clock: Clock;
  readonly log: Log;
  readonly env: AccountSettings;
}): Promise<OpenAccounts> {
  const { db, clock, log, env } = options;
  const publicUrl = (env.VOICEFLOW_PUBLIC_URL ?? `http://localhost:${env.PORT}`).replace(
    /\/+$/,
    '',
  );
  const box = await openSecretBox({ homeDir: env.VOICEFLOW_HOME, secret: env.VOICEFLOW_SECRET });
  const signingKeys = new SigningKeys({ db, clock, box });
  const accessTokens = new AccessTokens({ keys: signingKeys, clock, issuer: publicUrl });
  const smtp = env.SMTP_URL === undefined ? undefined : { url: env.SMTP_URL, from: env.MAIL_FROM };
  const mail = openMailSender({ db, clock, log, smtp });
  mail.start();
  return {
    routes: { accessTokens, signingKeys, box, publicUrl, confirmSignUp },
    accessToken: createUserAuthenticator({ db, clock, accessTokens }),
    async deleteExpired() {
      await deleteExpiredAccountData(db, clock.now());
      await mail.deleteOld();
    },
    close: () => mail.close(),
  };
}
