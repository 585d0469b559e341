import { apiKeyStore, forgetApiKey } from '../api/api-key.ts';
import { useStore } from '../use-store.ts';
import { Button } from './button.tsx';
import { ColorSchemeToggle } from './color-scheme-toggle.tsx';
import { Icon } from './icon.tsx';
import { Logo } from './logo.tsx';

export function PageHeader() {
  const { key, wanted } = useStore(apiKeyStore);
  return (
    <header className="border-b border-border bg-surface">
      <div className="mx-auto flex max-w-6xl items-center gap-2 px-4 py-3 sm:gap-3 sm:px-6">
        <a href="/" className="flex items-center gap-2 rounded-sm sm:gap-3">
          <Logo />
          <span className="text-lg font-semibold tracking-tight">VoiceFlow</span>
        </a>
        <nav aria-label="Main" className="ml-auto flex items-center gap-1">
          {key !== undefined && !wanted && (
            <Button look="quiet" size="small" title="Forget key" onClick={forgetApiKey}>
              <Icon name="key" size={16} />
              <span className="max-sm:sr-only">Forget key</span>
            </Button>
          )}
          <a
            href="/docs/api"
            className="rounded-sm px-3 py-2 text-sm font-medium text-muted hover:bg-primary-soft hover:text-text max-sm:px-2"
          >
            <span className="hidden sm:inline">API reference</span>
            <span className="sm:hidden">API</span>
          </a>
        </nav>
        <ColorSchemeToggle />
      </div>
    </header>
  );
}
