import { useEffect, useRef } from 'react';

/** Ctrl-Enter, or ⌘-Enter, from anywhere on the page. */
export function useGenerateShortcut(generate: () => void): void {
  const latest = useRef(generate);
  latest.current = generate;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.repeat) return;
      event.preventDefault();
      latest.current();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, []);
}
