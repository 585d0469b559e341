/** The addresses of the web app's pages (`apps/web/src/router.tsx`), at which the server answers with it. */
export const webPages = [
  '/',
  '/team',
  '/keys',
  '/webhooks',
  '/audit-log',
  '/single-sign-on',
  '/security',
  '/dead-letters',
  '/log-in',
  '/invitation',
  '/register',
  '/forgot-password',
  // What devices and mails lead to.
  '/device',
  '/verify-email',
  '/confirm-email',
  '/reset-password',
] as const;
