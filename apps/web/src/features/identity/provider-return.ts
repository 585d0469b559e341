import { localProblem, type Problem } from '../../api/problem.ts';

const told: Readonly<Record<string, string>> = {
  sign_in_denied: 'You did not agree at the provider. Begin again, or log in another way.',
  sign_in_failed: 'What the provider sent cannot be trusted. Begin again, or log in another way.',
  sign_in_expired:
    'It took more than ten minutes, was ended already, or began in another browser. Begin again.',
  provider_unavailable:
    'The provider does not answer. Try again in a minute, or log in another way.',
  provider_email_unverified:
    'The provider does not say that your e-mail address there is confirmed. Confirm it there, or log in another way.',
  connection_taken: 'That account elsewhere opens another account here. Remove it there first.',
  sso_required: 'Your team logs in through its own identity provider: use single sign-on.',
  sso_foreign_address:
    "Your address, there or here, is in none of your team's domains. Ask whoever set single sign-on up.",
  sso_not_found: 'Your team has no single sign-on any more. Log in another way.',
  plan_required: 'Your team has no single sign-on any more. Log in another way.',
  removed_from_team:
    'Your team has removed you. Ask it to invite you again, by mail to the address that you log in with.',
  too_many_attempts: 'There were too many attempts. Wait some minutes.',
};

/** What the code in an address says, with which a provider sent the browser back. */
export function describeReturn(code: string): Problem {
  return localProblem(
    'The log-in elsewhere did not work',
    told[code] ?? 'Something went wrong on the way. Begin again, or log in another way.',
  );
}
