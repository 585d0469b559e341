import { type ReactNode, useEffect } from 'react';

interface PageProps {
  title: string;
  lead?: ReactNode;
  /** Forms and lists read best in a narrow column. */
  narrow?: boolean;
  children: ReactNode;
}

/** One page in the shell: its title, in the tab and as the heading that navigation moves focus to. */
export function Page({ title, lead, narrow = false, children }: PageProps) {
  usePageTitle(title);
  return (
    <main
      id="content"
      tabIndex={-1}
      className={`mx-auto w-full ${narrow ? 'max-w-3xl' : 'max-w-6xl'} flex-1 px-4 pt-6 pb-16 outline-none sm:px-6 sm:pt-10`}
    >
      <div className="mb-6 sm:mb-8">
        <PageHeading>{title}</PageHeading>
        {lead && <p className="mt-1 text-muted">{lead}</p>}
      </div>
      {children}
    </main>
  );
}

export function PageHeading({ children }: { children: ReactNode }) {
  return (
    <h1 id={headingId} tabIndex={-1} className="text-2xl outline-none sm:text-3xl">
      {children}
    </h1>
  );
}

export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · VoiceFlow`;
  }, [title]);
}

const headingId = 'page-heading';

/** Tells who cannot see it that another page has come. */
export function focusPageHeading(): void {
  document.getElementById(headingId)?.focus({ preventScroll: true });
}
