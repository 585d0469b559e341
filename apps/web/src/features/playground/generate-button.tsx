import { Button } from '../../components/button.tsx';
import { Icon, Spinner } from '../../components/icon.tsx';
import { useStore } from '../../use-store.ts';
import type { Take } from './take.ts';

interface GenerateButtonProps {
  take: Take | undefined;
  onGenerate: () => void;
}

const isApple = /Mac|iPhone|iPad/.test(navigator.userAgent);

export function GenerateButton({ take, onGenerate }: GenerateButtonProps) {
  return take ? (
    <BusyOrIdle key={take.number} take={take} onGenerate={onGenerate} />
  ) : (
    <Idle onGenerate={onGenerate} />
  );
}

function BusyOrIdle({ take, onGenerate }: { take: Take; onGenerate: () => void }) {
  useStore(take.state);
  if (!take.running) return <Idle onGenerate={onGenerate} />;
  return (
    <Button className="w-full" onClick={() => take.cancel()}>
      <Spinner size={18} />
      Cancel
    </Button>
  );
}

function Idle({ onGenerate }: { onGenerate: () => void }) {
  return (
    <Button
      look="primary"
      className="w-full"
      onClick={onGenerate}
      aria-keyshortcuts={isApple ? 'Meta+Enter' : 'Control+Enter'}
    >
      <Icon name="play" size={18} />
      Generate
      <span aria-hidden="true" className="ml-1 hidden text-sm font-normal opacity-80 sm:inline">
        {isApple ? '⌘' : 'Ctrl'} ⏎
      </span>
    </Button>
  );
}
