import type { CreatedKey } from '../../api/keys.ts';
import { Button } from '../../components/button.tsx';
import { CodeBlock } from '../../components/code-block.tsx';
import { Note } from '../../components/note.tsx';
import { buildCurlCommand, quoteForShell } from '../playground/curl-command.ts';

interface NewSecretProps {
  created: CreatedKey;
  onKept: () => void;
}

/** Shown once: the server keeps a hash alone. */
export function NewSecret({ created, onKept }: NewSecretProps) {
  return (
    <div className="space-y-4">
      <Note>
        This is the key of “{created.name}”. Keep it where secrets belong: it is not shown again.
      </Note>
      <CodeBlock name="key" text={created.key} />
      <p>Try it in a terminal:</p>
      <CodeBlock name="command" text={buildTrial(created)} />
      <Button look="primary" onClick={onKept}>
        I have kept it
      </Button>
    </div>
  );
}

/** Speaks where the key may, and else asks what it may do. */
function buildTrial({ key, scopes }: CreatedKey): string {
  const setKey = `export VOICEFLOW_API_KEY=${key}`;
  if (scopes.includes('*') || scopes.includes('generate')) {
    const request = { text: 'Hello from VoiceFlow.', voice: 'af_heart', speed: 1 };
    return `${setKey}\n${buildCurlCommand({ ...request, format: 'wav' }, location.origin)}`;
  }
  const address = quoteForShell(`${location.origin}/v1/me/permissions`);
  return `${setKey}\ncurl ${address} -H "Authorization: Bearer $VOICEFLOW_API_KEY"`;
}
