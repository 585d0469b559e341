import { useEffect, useState } from 'react';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';

type Outcome = 'copied' | 'failed';

/** Copies `text` and says so for two seconds, in words that a screen reader hears. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const [outcome, setOutcome] = useState<Outcome>();

  useEffect(() => {
    if (!outcome) return;
    const timer = setTimeout(() => setOutcome(undefined), 2_000);
    return () => clearTimeout(timer);
  }, [outcome]);

  const copy = async () => setOutcome((await copyText(text)) ? 'copied' : 'failed');
  const told = { copied: 'Copied', failed: 'Could not copy' };
  return (
    <Button look="quiet" size="small" onClick={copy} aria-label={outcome ? undefined : label}>
      <Icon name={outcome === 'copied' ? 'check' : 'copy'} size={16} />
      <span aria-live="polite">{outcome ? told[outcome] : 'Copy'}</span>
    </Button>
  );
}

/** The clipboard belongs to secure pages; elsewhere the browser still copies a selection. */
async function copyText(text: string): Promise<boolean> {
  if (navigator.clipboard) {
    return navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
  }
  const field = document.createElement('textarea');
  field.value = text;
  document.body.append(field);
  field.select();
  const copied = document.execCommand('copy');
  field.remove();
  return copied;
}
