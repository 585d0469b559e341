import { useEffect } from 'react';
import { focusPageHeading } from './page.tsx';

interface Place {
  readonly node: Element;
  /** Around it, the nearest first. */
  readonly sections: readonly Element[];
}

/**
 * Gives the focus to the heading of the card in which it was when what had it is gone, and nothing has
 * come in its place that takes it: else the keyboard would begin at the top of the page again.
 */
export function useFocusKeeper(): void {
  useEffect(() => {
    let last: Place | undefined;
    const notePlace = ({ target }: FocusEvent) => {
      if (target instanceof Element) last = { node: target, sections: sectionsAround(target) };
    };
    const observer = new MutationObserver(() => {
      const lost = last;
      if (!lost || lost.node.isConnected) return;
      // What has come in its place may be about to take the focus.
      requestAnimationFrame(() => {
        if (last !== lost || document.activeElement !== document.body) return;
        last = undefined;
        focusNear(lost);
      });
    });
    document.addEventListener('focusin', notePlace);
    observer.observe(document.body, { childList: true, subtree: true });
    return () => {
      document.removeEventListener('focusin', notePlace);
      observer.disconnect();
    };
  }, []);
}

function sectionsAround(node: Element): Element[] {
  const section = node.closest('section');
  return section ? [section, ...sectionsAround(section.parentElement ?? document.body)] : [];
}

function focusNear({ sections }: Place): void {
  const left = sections.filter(({ isConnected }) => isConnected);
  const [heading] = left.flatMap((section) => section.querySelector('h2') ?? []);
  if (heading) heading.focus({ preventScroll: true });
  else focusPageHeading();
}
