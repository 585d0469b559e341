import { hash } from 'node:crypto';
import { type App, hidden } from '../../platform/http/index.ts';
import { maxPasswordCharacters, minPasswordCharacters } from './password.ts';

interface LinkPage {
  readonly path: string;
  readonly title: string;
  readonly button: string;
  readonly done: string;
  /** The route that takes `{token}`. */
  readonly action: string;
  readonly asksPassword?: true;
}

const linkPages: readonly LinkPage[] = [
  {
    path: '/verify-email',
    title: 'Confirm your address',
    button: 'Confirm address',
    done: 'Your address is confirmed. You can log in now.',
    action: '/v1/auth/verify-email',
  },
  {
    path: '/confirm-email',
    title: 'Confirm your new address',
    button: 'Confirm address',
    done: 'Your account has its new address. Log in with it from now on.',
    action: '/v1/auth/confirm-email',
  },
  {
    path: '/reset-password',
    title: 'Set a new password',
    button: 'Set password',
    done: 'Your password is set and all sessions were ended. You can log in now.',
    action: '/v1/auth/reset-password',
    asksPassword: true,
  },
];

const script = `
const form = document.querySelector('form');
const answer = document.querySelector('[role=status]');
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const button = form.querySelector('button');
  button.disabled = true;
  const token = new URLSearchParams(location.hash.slice(1)).get('token') ?? '';
  const fields = Object.fromEntries(new FormData(form));
  try {
    const response = await fetch(form.action, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token, ...fields }),
    });
    if (response.ok) {
      form.hidden = true;
      history.replaceState(null, '', location.pathname);
    }
    answer.textContent = response.ok ? form.dataset.done : (await response.json()).detail;
  } catch {
    answer.textContent = 'The server cannot be reached. Try again.';
  }
  button.disabled = false;
});
`;

const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 28rem; margin: 15vh auto; padding: 0 1rem; }
button, input { font: inherit; padding: 0.6rem 1.2rem; }
`;

const policy = [
  "default-src 'none'",
  `script-src 'sha256-${hash('sha256', script, 'base64')}'`,
  `style-src 'sha256-${hash('sha256', style, 'base64')}'`,
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * The pages behind the links of mails. The token stands behind the `#`, so that no log has it, and
 * only the button uses it.
 */
export function addAccountPages(app: App): void {
  for (const page of linkPages) {
    app.get(page.path, hidden, (_request, reply) =>
      reply
        .type('text/html; charset=utf-8')
        .header('content-security-policy', policy)
        .header('cache-control', 'no-store')
        .send(render(page)),
    );
  }
}

const passwordField = `<p><label>New password, at least ${minPasswordCharacters} characters<br>
<input type="password" name="password" minlength="${minPasswordCharacters}" maxlength="${maxPasswordCharacters}" autocomplete="new-password" required></label></p>
`;

function render({ title, button, done, action, asksPassword }: LinkPage): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title} – VoiceFlow</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<form action="${action}" data-done="${done}">
${asksPassword ? passwordField : ''}<button>${button}</button>
</form>
<p role="status"></p>
<p><a href="/">VoiceFlow</a></p>
</main>
<script>${script}</script>
</body>
</html>
`;
}
