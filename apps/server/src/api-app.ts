import { addAuditRoutes } from './domains/audit/index.ts';
import { addClientTokenRoutes } from './domains/client-tokens/index.ts';
import {
  type AccountServices,
  addAccountDeletionRoutes,
  addAccountRoutes,
  addConfirmRoutes,
  addConnectionRoutes,
  addDeviceRoutes,
  addOAuthRoutes,
  addPasskeyRoutes,
  addRecoveryRoutes,
  addSessionRoutes,
  addTwoFactorRoutes,
} from './domains/identity/index.ts';
import { addKeyRoutes, addLeakRoutes } from './domains/keys/index.ts';
import { addSigningRoutes } from './domains/signing/index.ts';
import { addSsoRoutes, addSsoSignInRoutes, type SsoServices } from './domains/sso/index.ts';
import {
  addDeadLetterRoutes,
  addGenerationRoutes,
  addLiveRoutes,
  addOpenAiRoutes,
  addSynthesisRoutes,
  type SynthesisServices,
} from './domains/synthesis/index.ts';
import {
  addInvitationRoutes,
  addMemberRoutes,
  addOperatorRoutes,
  addOwnershipRoutes,
  addTeamRoutes,
  requirePermission,
  type TeamServices,
} from './domains/teams/index.ts';
import { addUsageRoutes } from './domains/usage/index.ts';
import { addVoiceRoutes } from './domains/voices/index.ts';
import { addWebhookRoutes } from './domains/webhooks/index.ts';
import {
  type App,
  addHealthRoutes,
  addProblemPages,
  addReferencePage,
  createAnswerOnce,
  createHttpApp,
  describeRoutes,
  type HttpServices,
} from './platform/http/index.ts';
import { addMailboxPage, type MailboxOptions } from './platform/mail/index.ts';

export interface ApiServices {
  readonly accounts: AccountServices;
  readonly teams: TeamServices;
  readonly sso: SsoServices;
  readonly mailbox: MailboxOptions;
  readonly http: HttpServices;
  readonly synthesis: SynthesisServices;
  /** Why requests cannot be served now, or undefined when they can. */
  readonly unready: () => Promise<string | undefined>;
}

/** Every route of the API, on services that may still be starting. */
export async function createApiApp(services: ApiServices): Promise<App> {
  const { app, contextOf, readmission } = await createHttpApp(services.http);
  const answerOnce = createAnswerOnce(() => services.accounts.box);
  await describeRoutes(app);
  app.after(() => {
    addSynthesisRoutes(app, contextOf, services.synthesis);
    addOpenAiRoutes(app, contextOf, services.synthesis);
    addGenerationRoutes(app, contextOf, services.synthesis);
    addLiveRoutes(app, { contextOf, readmission }, services.synthesis);
    addDeadLetterRoutes(app, contextOf, services.synthesis);
    addVoiceRoutes(app, contextOf);
    addAccountRoutes(app, contextOf, () => services.accounts);
    addRecoveryRoutes(app, contextOf, () => services.accounts);
    addSessionRoutes(app, contextOf);
    addAccountDeletionRoutes(app, contextOf, () => services.accounts);
    addConfirmRoutes(app, contextOf, () => services.accounts);
    addPasskeyRoutes(app, contextOf, () => services.accounts);
    addDeviceRoutes(app, contextOf, () => services.accounts);
    addTwoFactorRoutes(app, contextOf, () => services.accounts);
    addOAuthRoutes(app, contextOf, () => services.accounts);
    addConnectionRoutes(app, contextOf, () => services.accounts);
    addMailboxPage(app, () => services.mailbox);
    addTeamRoutes(app, contextOf, answerOnce);
    addSigningRoutes(app, contextOf, () => services.accounts, answerOnce);
    const webhookServices = () => ({
      box: services.accounts.box,
      allowLoopback: services.mailbox.open,
    });
    addWebhookRoutes(app, contextOf, webhookServices, answerOnce);
    addMemberRoutes(app, contextOf, () => services.teams);
    addInvitationRoutes(app, contextOf, () => services.teams, answerOnce);
    addLeakRoutes(app, contextOf, () => services.accounts);
    addOperatorRoutes(app, contextOf);
    addOwnershipRoutes(app, contextOf, () => services.teams);
    addSsoRoutes(app, contextOf, () => services.sso);
    addSsoSignInRoutes(app, contextOf, () => services.sso);
    addKeyRoutes(app, contextOf, () => services.accounts, answerOnce);
    addClientTokenRoutes(app, contextOf, answerOnce);
    addUsageRoutes(app, contextOf);
    addAuditRoutes(app, contextOf, (actor) => requirePermission(actor, 'audit.read').teamId);
    addHealthRoutes(app, services.unready);
    addReferencePage(app);
    addProblemPages(app);
  });
  return app;
}
