import { type ReactNode, useId } from 'react';

interface CardProps {
  title: string;
  lead?: ReactNode;
  children?: ReactNode;
}

/** One matter of a page, under its own heading, which takes the focus where what had it is gone. */
export function Card({ title, lead, children }: CardProps) {
  const heading = useId();
  return (
    <section aria-labelledby={heading} className="card p-4 sm:p-6">
      <h2 id={heading} tabIndex={-1} className="text-lg break-words outline-none">
        {title}
      </h2>
      {lead && <p className="mt-1 text-muted">{lead}</p>}
      {children && <div className="mt-4">{children}</div>}
    </section>
  );
}
