import type { SpeechRequest } from '../../api/speech.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { TextLink } from '../../components/text-link.tsx';
import { useSession } from '../identity/session.ts';
import { buildCurlCommand } from './curl-command.ts';

/** The request as it stands, for a terminal. */
export function CurlCard({ request }: { request: SpeechRequest }) {
  const { data: session } = useSession();
  const command = buildCurlCommand(request, location.origin);
  return (
    <section aria-labelledby="curl-heading" className="card min-w-0 p-4 sm:p-6">
      <div className="flex items-center justify-between gap-2">
        <h2 id="curl-heading" className="text-base">
          The same as cURL
        </h2>
        <CopyButton text={command} label="Copy the cURL command" />
      </div>
      <section
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label="cURL command"
        className="mt-3 max-h-64 overflow-auto rounded-md bg-sunken p-4"
      >
        <pre className="font-mono text-xs leading-5 break-words whitespace-pre-wrap">{command}</pre>
      </section>
      <p className="mt-3 text-sm text-muted">
        <code className="font-mono text-[13px]">$VOICEFLOW_API_KEY</code>{' '}
        {session?.kind === 'person' ? (
          <>
            is a key of your team. <TextLink to="/keys">Make one</TextLink>
          </>
        ) : (
          'is your key.'
        )}
      </p>
    </section>
  );
}
