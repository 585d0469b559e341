import type { ReactNode } from 'react';
import { ColorSchemeToggle } from '../components/color-scheme-toggle.tsx';
import { HomeLink } from './home-link.tsx';
import { PageHeading, usePageTitle } from './page.tsx';
import { SkipLink } from './skip-link.tsx';

interface AccountLayoutProps {
  title: string;
  lead?: ReactNode;
  children?: ReactNode;
  /** Under the card: where else one may want to go. */
  below?: ReactNode;
}

/** A page that stands alone, for somebody on the way in: one card, nothing else. */
export function AccountLayout({ title, lead, children, below }: AccountLayoutProps) {
  usePageTitle(title);
  return (
    <div className="flex min-h-dvh flex-col">
      <SkipLink />
      <header className="flex items-center justify-between gap-4 px-4 py-4 sm:px-6">
        <HomeLink />
        <ColorSchemeToggle />
      </header>
      <main
        id="content"
        tabIndex={-1}
        className="mx-auto w-full max-w-md px-4 pt-4 pb-16 outline-none sm:pt-[8vh]"
      >
        <div className="card p-6 sm:p-8">
          <PageHeading>{title}</PageHeading>
          {lead && <p className="mt-2 text-muted">{lead}</p>}
          {children && <div className="mt-6">{children}</div>}
        </div>
        {below && <div className="mt-6 space-y-2 text-center text-muted">{below}</div>}
      </main>
    </div>
  );
}
