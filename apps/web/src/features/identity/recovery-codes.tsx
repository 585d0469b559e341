import { Button } from '../../components/button.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { Icon } from '../../components/icon.tsx';
import { Note } from '../../components/note.tsx';
import { saveFile } from '../../save-file.ts';

interface RecoveryCodesProps {
  /** What has happened. */
  told: string;
  codes: readonly string[];
  onKept: () => void;
}

/** Shown once: the server keeps hashes alone. */
export function RecoveryCodes({ told, codes, onKept }: RecoveryCodesProps) {
  const text = codes.join('\n');
  const download = () =>
    saveFile(
      new Blob([`VoiceFlow recovery codes for ${location.host}\nEach is good once.\n\n${text}\n`], {
        type: 'text/plain',
      }),
      'voiceflow-recovery-codes.txt',
    );
  return (
    <div className="space-y-4">
      <Note>
        {told} Keep these recovery codes where you find them without your phone: each lets you in
        once, and they are not shown again.
      </Note>
      <ul
        aria-label="Recovery codes"
        className="grid grid-cols-[repeat(auto-fill,minmax(min(18rem,100%),1fr))] gap-x-6 gap-y-1 rounded-md bg-sunken p-4 font-mono"
      >
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className="flex flex-wrap items-center gap-3">
        <Button onClick={download}>
          <Icon name="download" size={18} />
          Download
        </Button>
        <CopyButton text={text} label="Copy the recovery codes" />
        <Button look="primary" className="sm:ml-auto" onClick={onKept}>
          I have kept them
        </Button>
      </div>
    </div>
  );
}
