import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  stripSearchParams,
} from '@tanstack/react-router';
import { readOwnPath } from './features/identity/own-path.ts';
import { defaultSettings, parseSettings } from './features/playground/settings.ts';
import { AppShell } from './shell/app-shell.tsx';
import { BrokenPage, MissingPage } from './shell/error-pages.tsx';
import { focusPageHeading } from './shell/page.tsx';
import { PersonOnly } from './shell/person-only.tsx';

const root = createRootRoute({
  component: Outlet,
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

const logIn = createRoute({
  getParentRoute: () => root,
  path: '/log-in',
  component: lazyRouteComponent(() => import('./features/identity/log-in-page.tsx'), 'LogInPage'),
  // Named even when it is refused: what a route does not name, it inherits as it came.
  validateSearch: (search): { next?: string | undefined } => ({ next: readOwnPath(search.next) }),
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
    shell.addChildren([playground, personOnly.addChildren([])]),
    logIn,
    register,
    forgotPassword,
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
