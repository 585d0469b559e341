import { domainToASCII } from 'node:url';
import { invalidEmail } from './errors.ts';

const maxLength = 254;
const localPart = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const domainPart = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]*[a-z][a-z0-9-]*[a-z0-9]$/;

/**
 * The one spelling of an address under which it is kept and looked for: NFKC, lower case, the domain
 * in ASCII. Letters that only look like Latin ones are refused before the @ and show as `xn--…`
 * behind it. Tags (`ada+work@`) and dots stay, they may be other people. @throws DomainError `invalid_email`
 */
export function normaliseEmail(text: string): string {
  const compatible = text.trim().normalize('NFKC').toLowerCase();
  const at = compatible.lastIndexOf('@');
  const local = compatible.slice(0, at);
  const domain = domainToASCII(compatible.slice(at + 1));
  const email = `${local}@${domain}`;
  const valid =
    at > 0 &&
    email.length <= maxLength &&
    local.length <= 64 &&
    localPart.test(local) &&
    domainPart.test(domain);
  if (!valid) throw invalidEmail();
  return email;
}
