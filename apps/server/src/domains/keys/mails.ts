import { type Mail, renderMail } from '../../platform/mail/index.ts';
import type { Key } from './schema.ts';

/** Of the address only the host is said: anybody may report, and nobody shall be led there. */
export function leakMail(
  to: string,
  leak: {
    readonly key: Key;
    readonly isPrevious: boolean;
    readonly where: string | null;
    readonly publicUrl: string;
  },
): Mail {
  const { key, isPrevious, where, publicUrl } = leak;
  const place = where === null ? 'in public' : `on ${new URL(where).hostname}`;
  const shown = `“${key.name}” (${isPrevious ? key.previousPrefix : key.prefix}…)`;
  return renderMail(to, {
    subject: 'An API key of your team was found in public',
    paragraphs: isPrevious
      ? [
          `The previous secret of the key ${shown} was reported as found ${place}. It no longer works. The present secret goes on working.`,
        ]
      : [
          `The key ${shown} was reported as found ${place}. It is revoked: whatever uses it gets an error from now on.`,
          'Make a new key, put it to use, and look at what the old one was used for: the audit log says from where.',
        ],
    action: { label: 'Open the keys', url: `${publicUrl}/keys` },
    footnote:
      'You get this because you are an owner or admin of the team. Where the key was found stands in the audit log.',
  });
}
