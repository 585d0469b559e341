import { type ReactNode, useEffect, useRef } from 'react';
import { Icon } from './icon.tsx';

/** Something went well. It has come in the place of what had the focus, and takes it. */
export function Note({ children }: { children: ReactNode }) {
  const note = useRef<HTMLDivElement>(null);
  useEffect(() => note.current?.focus({ preventScroll: true }), []);
  return (
    <div
      ref={note}
      role="status"
      tabIndex={-1}
      className="flex gap-3 rounded-md bg-primary-soft p-4 text-primary outline-none"
    >
      <Icon name="check" />
      <div className="min-w-0 flex-1">{children}</div>
    </div>
  );
}
