import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  stripSearchParams,
} from '@tanstack/react-router';
import {
  parseDeviceSearch,
  parseLogInSearch,
  parseSecuritySearch,
} from './features/identity/page-search.ts';
import { defaultSettings, parseSettings } from './features/playground/settings.ts';
import { AppShell } from './shell/app-shell.tsx';
import { BrokenPage, MissingPage } from './shell/error-pages.tsx';
import { focusPageHeading } from './shell/page.tsx';
import { PersonOnly } from './shell/person-only.tsx';
import { Root } from './shell/root.tsx';

const root = createRootRoute({
  component: Root,
  errorComponent: BrokenPage,
  notFoundComponent: MissingPage,
});

const shell = createRoute({ getParentRoute: () => root, id: 'shell', component: AppShell });
const personOnly = createRoute({
  getParentRoute: () => shell,
  id: 'person',
  component: PersonOnly,
});

const playground = createRoute({
  getParentRoute: () => shell,
  path: '/',
  component: lazyRouteComponent(
    () => import('./features/playground/playground-page.tsx'),
    'PlaygroundPage',
  ),
  validateSearch: parseSettings,
  search: { middlewares: [stripSearchParams(defaultSettings)] },
});

const security = createRoute({
  getParentRoute: () => personOnly,
  path: '/security',
  component: lazyRouteComponent(
    () => import('./features/identity/security-page.tsx'),
    'SecurityPage',
  ),
  validateSearch: parseSecuritySearch,
});

const keys = createRoute({
  getParentRoute: () => personOnly,
  path: '/keys',
  component: lazyRouteComponent(() => import('./features/keys/keys-page.tsx'), 'KeysPage'),
});

const team = createRoute({
  getParentRoute: () => personOnly,
  path: '/team',
  component: lazyRouteComponent(() => import('./features/teams/team-page.tsx'), 'TeamPage'),
});

const webhooks = createRoute({
  getParentRoute: () => personOnly,
  path: '/webhooks',
  component: lazyRouteComponent(
    () => import('./features/webhooks/webhooks-page.tsx'),
    'WebhooksPage',
  ),
});

const auditLog = createRoute({
  getParentRoute: () => personOnly,
  path: '/audit-log',
  component: lazyRouteComponent(
    () => import('./features/audit/audit-log-page.tsx'),
    'AuditLogPage',
  ),
});

const singleSignOn = createRoute({
  getParentRoute: () => personOnly,
  path: '/single-sign-on',
  component: lazyRouteComponent(() => import('./features/sso/sso-page.tsx'), 'SsoPage'),
});

const deadLetters = createRoute({
  getParentRoute: () => personOnly,
  path: '/dead-letters',
  component: lazyRouteComponent(
    () => import('./features/operator/dead-letters-page.tsx'),
    'DeadLettersPage',
  ),
});

const device = createRoute({
  getParentRoute: () => personOnly,
  path: '/device',
  component: lazyRouteComponent(() => import('./features/identity/device-page.tsx'), 'DevicePage'),
  validateSearch: parseDeviceSearch,
});

const logIn = createRoute({
  getParentRoute: () => root,
  path: '/log-in',
  component: lazyRouteComponent(() => import('./features/identity/log-in-page.tsx'), 'LogInPage'),
  validateSearch: parseLogInSearch,
});

const register = createRoute({
  getParentRoute: () => root,
  path: '/register',
  component: lazyRouteComponent(
    () => import('./features/identity/register-page.tsx'),
    'RegisterPage',
  ),
});

const forgotPassword = createRoute({
  getParentRoute: () => root,
  path: '/forgot-password',
  component: lazyRouteComponent(
    () => import('./features/identity/forgot-password-page.tsx'),
    'ForgotPasswordPage',
  ),
});

const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invitation',
  component: lazyRouteComponent(
    () => import('./features/teams/invitation-page.tsx'),
    'InvitationPage',
  ),
});

const linkPages = () => import('./features/identity/link-pages.tsx');

const verifyEmail = createRoute({
  getParentRoute: () => root,
  path: '/verify-email',
  component: lazyRouteComponent(linkPages, 'VerifyEmailPage'),
});

const confirmEmail = createRoute({
  getParentRoute: () => root,
  path: '/confirm-email',
  component: lazyRouteComponent(linkPages, 'ConfirmEmailPage'),
});

const resetPassword = createRoute({
  getParentRoute: () => root,
  path: '/reset-password',
  component: lazyRouteComponent(linkPages, 'ResetPasswordPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    shell.addChildren([
      playground,
      personOnly.addChildren([
        team,
        keys,
        webhooks,
        auditLog,
        singleSignOn,
        security,
        deadLetters,
        device,
      ]),
    ]),
    logIn,
    register,
    forgotPassword,
    invitation,
    verifyEmail,
    confirmEmail,
    resetPassword,
  ]),
  defaultPreload: 'intent',
});

router.subscribe('onRendered', ({ fromLocation, pathChanged }) => {
  if (fromLocation && pathChanged) focusPageHeading();
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
