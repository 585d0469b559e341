import type { ReactNode } from 'react';
import { Spinner } from './icon.tsx';

export function Loading({ children }: { children: ReactNode }) {
  return (
    <p role="status" className="flex items-center gap-3 text-muted">
      <Spinner /> {children}
    </p>
  );
}
