/** The addresses of the web app's pages (`apps/web/src/router.tsx`), at which the server answers with it. */
export const webPages = [
  '/',
  '/log-in',
  '/register',
  '/forgot-password',
  // What mails link to.
  '/verify-email',
  '/confirm-email',
  '/reset-password',
] as const;
